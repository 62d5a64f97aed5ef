"""Evidence and attachments: stored by content, shown as clean copies, with who looked at the originals.

Content whose class demands encryption gets its key per subject where the store writes and reads: `store.py`.
"""
