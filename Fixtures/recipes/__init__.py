"""The recipes of the golden files: one module per room of the house."""
