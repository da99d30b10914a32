"""Invented names, departments and places. Data only."""

from __future__ import annotations

COMPANY = "Larkmoor Engineering"
DOMAIN = "larkmoor.example"
INITIAL_DOMAIN = "larkmoor.onmicrosoft.example"

GIVEN_NAMES = (
    *("Aisha", "Alan", "Alejandra", "Amara", "Andrew", "Anita", "Anna", "Arjun", "Beatriz", "Ben", "Bronwen", "Callum", "Carys", "Chen"),
    *("Chidi", "Clara", "Colin", "Daniel", "Deepa", "Dilys", "Dominik", "Eilidh", "Elena", "Emeka", "Emma", "Erik", "Ewa", "Farah"),
    *("Femi", "Fiona", "Gareth", "Gemma", "George", "Grace", "Hamza", "Hannah", "Haruto", "Helen", "Ibrahim", "Imogen", "Ingrid"),
    *("Isaac", "Jack", "Jasmine", "Joanna", "Joseph", "Kamala", "Karim", "Katarzyna", "Keith", "Kwame", "Laura", "Leah", "Lewis"),
    *("Linh", "Lucia", "Magda", "Marcus", "Maria", "Martin", "Mei", "Mohammed", "Morag", "Nadia", "Naomi", "Neil", "Nia", "Nikhil"),
    *("Nuala", "Olga", "Oliver", "Oscar", "Patricia", "Paul", "Pedro", "Priya", "Rachel", "Rajesh", "Rhys", "Rosa", "Ruth", "Samir"),
    *("Sanjay", "Sarah", "Sean", "Shreya", "Sofia", "Stuart", "Tamara", "Thomas", "Tomasz", "Valentina", "Victor", "Wanjiru", "Wei"),
    *("Yasmin", "Yuki", "Zainab", "Zoltan"),
)
SURNAMES = (
    *("Abara", "Adeyemi", "Ahmed", "Akhtar", "Ashdown", "Baptiste", "Barrow", "Bevan", "Bianchi", "Birch", "Blackwood", "Boateng"),
    *("Brennan", "Calder", "Campion", "Castro", "Chandra", "Chaudhry", "Cho", "Clegg", "Cohen", "Craddock", "Dabrowski", "Das"),
    *("Devlin", "Diaz", "Dlamini", "Doyle", "Eccles", "Edwards", "Eriksen", "Fairburn", "Farrell", "Ferreira", "Fraser", "Gallagher"),
    *("Ghosh", "Gill", "Goldberg", "Greenwood", "Gupta", "Haddad", "Hargreaves", "Hassan", "Hoang", "Holt", "Hughes", "Iqbal"),
    *("Jankowski", "Jenkins", "Kaplan", "Kaur", "Keane", "Khan", "Kimura", "Kowalska", "Laing", "Lindqvist", "Lowther", "Mackie"),
    *("Malik", "Marsden", "Mbeki", "McAllister", "Mehta", "Mensah", "Moreno", "Morgan", "Nakamura", "Nair", "Ndlovu", "Nguyen"),
    *("Novak", "Nowak", "Obi", "Okafor", "Oldroyd", "Osei", "Parry", "Patel", "Pereira", "Petrov", "Pickles", "Pryce", "Qureshi"),
    *("Raman", "Ramsden", "Rashid", "Rees", "Rossi", "Sandhu", "Schofield", "Sharma", "Silva", "Sutcliffe", "Svensson", "Tanaka"),
    *("Thackray", "Tran", "Underhill", "Varga", "Wadsworth", "Walsh", "Whitaker", "Wilkinson", "Yilmaz", "Zhang", "Zielinski"),
)

DEPARTMENTS = (
    # name, share of the people, titles, works from home (share of days), licence
    ("Design Engineering", 0.17, ("Design Engineer", "Senior Design Engineer", "CAD Technician"), 0.35, "E3"),
    ("Controls Engineering", 0.11, ("Controls Engineer", "PLC Programmer", "Systems Engineer"), 0.30, "E5"),
    ("Test Engineering", 0.09, ("Test Engineer", "Validation Lead", "Lab Technician"), 0.10, "E3"),
    ("Production", 0.17, ("Production Planner", "Shift Supervisor", "Machinist"), 0.02, "E3"),
    ("Field Service", 0.13, ("Field Engineer", "Commissioning Engineer", "Service Coordinator"), 0.05, "F3"),
    ("Sales", 0.10, ("Account Manager", "Bid Manager", "Sales Engineer"), 0.55, "E3"),
    ("Quality", 0.05, ("Quality Engineer", "Inspector"), 0.10, "E3"),
    ("Purchasing", 0.04, ("Buyer", "Category Manager"), 0.30, "E3"),
    ("Finance", 0.05, ("Accountant", "Payroll Officer", "Financial Controller"), 0.40, "E5"),
    ("Human Resources", 0.03, ("HR Adviser", "Recruiter"), 0.40, "E3"),
    ("IT", 0.04, ("Systems Administrator", "Service Desk Analyst", "Network Engineer", "Cloud Engineer"), 0.40, "E5"),
    ("Executive", 0.02, ("Director", "Programme Director", "Executive Assistant"), 0.40, "E5"),
)
ENGINEERING_TEAMS = ("Design Engineering", "Controls Engineering", "Test Engineering")

# city, state, country, latitude, longitude, time zone
OFFICES = (
    ("Leeds", "England", "GB", 53.80, -1.55, "Europe/London"),
    ("Bristol", "England", "GB", 51.45, -2.59, "Europe/London"),
    ("Wroclaw", "Dolnoslaskie", "PL", 51.11, 17.03, "Europe/Warsaw"),
)
HOME_TOWNS = (
    ("Harrogate", "England", "GB", 53.99, -1.54, "Europe/London"),
    ("Wakefield", "England", "GB", 53.68, -1.50, "Europe/London"),
    ("Bath", "England", "GB", 51.38, -2.36, "Europe/London"),
    ("Sheffield", "England", "GB", 53.38, -1.47, "Europe/London"),
    ("Cardiff", "Wales", "GB", 51.48, -3.18, "Europe/London"),
    ("Edinburgh", "Scotland", "GB", 55.95, -3.19, "Europe/London"),
)
REMOTE_TOWNS = (
    ("Dublin", "Leinster", "IE", 53.35, -6.26, "Europe/Dublin"),
    ("Valencia", "Valencia", "ES", 39.47, -0.38, "Europe/Madrid"),
    ("Munich", "Bayern", "DE", 48.14, 11.58, "Europe/Berlin"),
    ("Lyon", "Auvergne-Rhone-Alpes", "FR", 45.76, 4.84, "Europe/Paris"),
    ("Gdansk", "Pomorskie", "PL", 54.35, 18.65, "Europe/Warsaw"),
    ("Houston", "Texas", "US", 29.76, -95.37, "America/Chicago"),
)
TRIPS = (
    ("Rotterdam", "Zuid-Holland", "NL", 51.92, 4.48, "Europe/Amsterdam"),
    ("Stavanger", "Rogaland", "NO", 58.97, 5.73, "Europe/Oslo"),
    ("Munich", "Bayern", "DE", 48.14, 11.58, "Europe/Berlin"),
    ("Houston", "Texas", "US", 29.76, -95.37, "America/Chicago"),
    ("Dubai", "Dubai", "AE", 25.20, 55.27, "Asia/Dubai"),
    ("Pune", "Maharashtra", "IN", 18.52, 73.86, "Asia/Kolkata"),
)
BUSINESS_COUNTRIES = ("GB", "IE", "PL", "DE", "FR", "ES", "NL", "NO", "CZ", "US")
ATTACKER_TOWNS = (
    ("", "", "RU", 55.75, 37.62, "UTC"),
    ("Sao Paulo", "Sao Paulo", "BR", -23.55, -46.63, "UTC"),
    ("Hanoi", "Ha Noi", "VN", 21.03, 105.85, "UTC"),
    ("Jakarta", "Jakarta", "ID", -6.21, 106.85, "UTC"),
    ("Lagos", "Lagos", "NG", 6.52, 3.38, "UTC"),
    ("", "", "", 0.0, 0.0, "UTC"),
)

GUEST_COMPANIES = (
    # name, domain, kind of its users
    ("Brackwater Steel", "brackwater.example", "b2bCollaborationGuest"),
    ("Ostrava Castings", "ostrava-castings.example", "b2bCollaborationGuest"),
    ("Fen and Partners", "fenpartners.example", "b2bCollaborationGuest"),
    ("Tidewell Robotics", "tidewell.example", "b2bCollaborationMember"),
)
PARTNER = ("Pennygill Managed Services", "pennygill-msp.example")
