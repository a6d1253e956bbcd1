"""What Polars reads: typed columns, objects on servers, and large texts if it is sure of them."""
