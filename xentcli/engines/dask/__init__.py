"""Work over the workers of a Dask cluster."""
