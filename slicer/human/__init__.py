"""Human-level performance: where it comes from and how sure it is."""
