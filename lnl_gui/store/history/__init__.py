"""What people did, append-only: the journal, its files and packs, copies merged, audits."""
