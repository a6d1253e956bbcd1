"""From bytes to cells: one folder for each family of formats."""
