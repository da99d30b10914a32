"""The people of the emulated tenant: they work, sign in, register or not, change telephones, read mail and call the helpdesk."""
