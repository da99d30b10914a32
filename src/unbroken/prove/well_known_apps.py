"""Names of Microsoft's applications that an export may lack. Source: Microsoft's list of first-party applications, as in `well_known`."""

from __future__ import annotations

NAMES = {
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
    "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure portal and Microsoft Entra admin center",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
    "00000006-0000-0ff1-ce00-000000000000": "Microsoft 365 admin center and portal",
    "497effe9-df71-4043-a8bb-14cf78c4b63b": "Exchange admin center",
    "80ccca67-54bd-44ab-8625-4b79c4dc7775": "Microsoft 365 Security and Compliance Center",
    "e9f49c6b-5ce5-44c8-925d-015017e9f7ad": "Azure Data Lake",
    "f5c26e74-f226-4ae8-85f0-b4af0080ac9e": "Application Insights API",
    "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5": "Log Analytics API",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "00000004-0000-0ff1-ce00-000000000000": "Skype for Business Online",
    "00000005-0000-0ff1-ce00-000000000000": "Viva Engage",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe": "Microsoft Teams Services",
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Microsoft Teams",
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346": "Microsoft Teams Web Client",
    "4765445b-32c6-49b0-83e6-1d93765276ca": "OfficeHome",
    "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3": "Planner",
    "94c63fef-13a3-47bc-8074-75af8c65887a": "Office Delve",
    "905fcf26-4eb7-48a0-9ff0-8dcc7194b5ba": "Sway",
    "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87": "Microsoft Forms",
    "2634dd23-5e5a-431c-81ca-11710d9079f4": "Microsoft Stream",
    "22098786-6e16-43cc-a27d-191a01a1e3b5": "Microsoft To-Do",
    "95de633a-083e-42f5-b444-a4295d8e9314": "Microsoft Whiteboard",
    "ab9b8c07-8f02-4f72-87fa-80105867a763": "OneDrive SyncEngine",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft Office",
    "93d53678-613d-4013-afc1-62e9e444a0a5": "Office Online Core SSO",
}
