"""How often one reader may ask. Off unless ``API_RATE`` says otherwise."""

from rest_framework.throttling import SimpleRateThrottle


class ReaderThrottle(SimpleRateThrottle):
    """Requests by client address, which ``TrustedProxyMiddleware`` has made sure of."""

    scope = "reader"

    def get_cache_key(self, request, view):
        ident = request.META.get("REMOTE_ADDR", "")
        return self.cache_format % {"scope": self.scope, "ident": ident}
