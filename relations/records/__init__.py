"""What records are compared by: titles, twins, slugs, figures; and how two become one."""
