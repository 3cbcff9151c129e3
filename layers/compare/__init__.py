"""くらべる Compare: two places, of one area or of two, under the same assumptions."""
