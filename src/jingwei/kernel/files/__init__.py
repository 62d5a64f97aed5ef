"""Evidence and attachments: sealed on the disk, shown as clean copies, with who looked at the originals.

What opens a file: `opening.py`; how its contents lie on the disk: `store.py`; how they are sealed: `kernel/sealing`.
"""
