"""What people say at the helpdesk, by what is really wrong. They know the symptom, never the cause. Data only."""

from __future__ import annotations

SAYS = {
    "REG-01": (
        "It says more information is required and I can't get past it.",
        "I only want my mail, and it wants me to set up some app. I don't have time for that.",
        "Since today it asks me for a second thing I never had.",
    ),
    "REG-02": (
        "I scan the square code and nothing happens, it goes round and round.",
        "It asks me to set up the app, I do, and then it asks me again.",
    ),
    "REG-03": (
        "I tried to set up the sign-in from home and it says I can't do that from here.",
        "It wants me to register but the page tells me I am in the wrong place.",
    ),
    "REG-04": (
        "It used to ring my phone, now it says there is no way to verify me.",
        "I am registered, I have done all that, and still it won't let me in.",
    ),
    "APP-01": (
        "I have a new phone and the sign-in app is empty.",
        "It shows me a number, but nothing comes up on my phone. I got a new one last week.",
        "My phone was replaced and now I can't approve anything.",
    ),
    "APP-02": (
        "It waits for my phone, but the phone stays dark.",
        "I didn't see any message on my phone and then it timed out.",
    ),
    "OUT-01": (
        "The code doesn't come. My colleague has the same.",
        "Nobody in our office can sign in, it says something went wrong.",
    ),
    "SEC-03": (
        "My phone keeps asking me to approve a sign-in, and it isn't me.",
        "I get one request after the other and I haven't touched my computer.",
    ),
    "SEC-04": ("It says my account needs attention and won't let me set it up.",),
    "PWD-01": (
        "My password is wrong. I am sure it is the right one.",
        "I have been away and now it doesn't take my password any more.",
        "It says my account is locked.",
    ),
    "LEG-01": (
        "My mail stopped coming on the phone.",
        "Outlook asks for the password over and over again.",
    ),
    "DEV-02": (
        "It says my device doesn't meet the requirements.",
        "I can't open it from this computer, it wants a company device.",
    ),
    "POL-01": (
        "It says I can't get there from here.",
        "I am travelling and everything is blocked.",
    ),
    "FRQ-01": (
        "It asks me for that number every single evening. Can't you switch it off for me?",
        "I approve sign-ins all day long. I have work to do.",
    ),
    "GST-01": ("Your company wants me to set up an app before I can see the shared files.",),
    "GST-03": ("We manage your tenant and since today we are asked for something we can't do.",),
    "TAP-01": ("The code you gave me for today doesn't work.",),
    "UNK-01": ("I can't sign in.",),
}
"""Leaf of the triage tree -> sentences."""

THINGS_SAY = {
    "printer": "The scanner says it cannot send, nothing arrives.",
    "erp": "No orders have come in from the mailbox since this morning.",
    "service": "The licences for the new people were not assigned.",
    "sync": "New accounts and passwords don't arrive in the cloud.",
    "teams-room": "The console in the meeting room is signed out.",
    "shared": "We share that mailbox at the desk and none of us can get in.",
    "partner": "We manage your tenant and since today we are asked for something we can't do.",
}
"""Kind of account -> what somebody says who notices that it stopped."""
THINGS_PATIENCE = {"printer": 8, "erp": 6, "service": 3, "sync": 4, "teams-room": 3, "shared": 3, "partner": 2}
"""Failures in a row until somebody notices."""
