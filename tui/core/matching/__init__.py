"""From a filter's tree to rows: of the index, by columns; of whole records, by looking."""
