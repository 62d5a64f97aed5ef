"""The public: report, follow by code."""
