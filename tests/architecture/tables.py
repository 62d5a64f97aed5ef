"""The tables that are not guarded, each with its reason; commands alone write every other one."""

THIRD_PARTY = frozenset(
    {
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "django_content_type",
    }
)
"""Tables that Django and axes bring along and write themselves. None may hold anything about a matter."""

UNGUARDED = {
    "agencies_account": "the login account, thin and fixed; Django's sign-in writes it (password, last login)",
    "agencies_factor": "second factors, beside the account: signing in notes their use; added or ended, by command",
    "agencies_session": "sign-ins that last; every request may note itself. Ended by somebody else, by command",
    "agencies_presence": "who may come back by PIN at which counter today; about no matter, forgotten with the day",
    "kit_bucket": "calls of public forms within the last minutes, by hashed key; holds nothing about a matter",
    "kit_heldform": "what was typed when a counter locked, sealed, for its person alone and half a day at most",
    "kit_keptview": "lists as a person keeps them, set by the person alone, about no matter",
    "outbox_notice": "the inbox, a channel of delivery; what it tells stands in the ledger",
    "files_upload": "files received and not yet attached, for a day; attached, they become a guarded row",
    "files_look": "who opened which original; append-only by trigger, as reads enter no stream",
    "reads_read": "who was shown which matter; append-only by trigger, sealed by batches that are in the ledger",
    "outbox_delivery": "deliveries over channels outside; what they tell stands in the ledger",
    "outbox_preference": "how a person wants to be told; set by the person alone, about no matter",
    "commands_receipt": "the keys under which commands were carried out; written by execute itself",
    "commands_edition": "numbers that say when slow data changed; written by execute itself",
    "ledger_entry": "the entries themselves; append-only by trigger",
    "ledger_pending": "which entries wait for the log; a trigger writes it, the sequencer takes it away",
    "ledger_log": "the log's name, key and how far it has come; `verify` recomputes it",
    "ledger_leaf": "the places of entries in the log; append-only by trigger",
    "ledger_fullnode": "hashes over the leaves; append-only by trigger",
    "ledger_signedcheckpoint": "checkpoints as they were handed out; append-only by trigger",
    "outbox_message": "messages and their delivery; written with the change they tell of, marked by delivery",
}
"""Tables of ours without the guard."""
