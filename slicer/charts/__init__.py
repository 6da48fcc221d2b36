"""Results as charts: pure functions to `alt.Chart`; colours come in as a palette, pages draw."""
