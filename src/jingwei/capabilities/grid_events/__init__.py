"""Grid events 网格事件: reports of residents and grid workers, from report to close."""
