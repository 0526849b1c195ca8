"""Pure algorithms over columns: eligible pairs, scores, the best k, allocation. No Django, no database of ours."""
