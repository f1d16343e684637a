"""HTTP: middleware, conditional answers, caches of answers, problem details, who asks."""
