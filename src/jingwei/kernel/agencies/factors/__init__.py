"""Second factors of logins: where their secrets lie, and how a code of an authenticator app is checked."""
