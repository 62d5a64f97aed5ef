"""Cities made by earlier editions: brought back, brought up to date, saved and brought back again."""
