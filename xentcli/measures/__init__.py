"""What is learnt from blocks: mergeable summaries, and the reports made of them."""
