"""The Partners page: who completes whom, and circles of municipalities."""
