"""Names of nobody in particular: accented, hyphenated, apostrophed, very long, written from right to left."""

FIRST_NAMES = (
    *("Adèle", "Agathe", "Aïcha", "Alba", "Alice", "Aliénor", "Amir", "Anaïs", "Anouk", "Aubin", "Axel", "Basile"),
    *("Bérénice", "Camélia", "Célestin", "Chloé", "Clémence", "Côme", "Daphné", "Diego", "Éléonore", "Eliott"),
    *("Émile", "Élise", "Esteban", "Éva", "Fatou", "Félix", "Gaël", "Gaspard", "Hélène", "Héloïse", "Hugo", "Inès"),
    *("Isaïe", "Jade", "Jean-Baptiste", "Jeanne", "Joséphine", "Jules", "Kaïs", "Léa", "Léon", "Léonie", "Loïc"),
    *("Louane", "Loup", "Lucien", "Maël", "Maëlle", "Malo", "Margaux", "Marie-Lou", "Marius", "Mathéo", "Maïwenn"),
    *("Nathanaël", "Nina", "Noé", "Noémie", "Océane", "Oscar", "Paul-Émile", "Raphaël", "Rémi", "Romane", "Rose"),
    *("Sacha", "Salomé", "Samuel", "Solène", "Théa", "Théo", "Timothée", "Ulysse", "Valentine", "Victoire", "Yanis"),
    *("Yaëlle", "Youssef", "Zélie"),
)
ADULTS = (
    *("Adrien", "Amélie", "Anne-Laure", "Aurélie", "Benoît", "Bérengère", "Cécile", "Cédric", "Clément", "Delphine"),
    *("Élodie", "Émilie", "Fabrice", "Fatima", "François", "Frédéric", "Gaëlle", "Géraldine", "Grégory", "Hervé"),
    *("Jean-Marc", "Jérôme", "Joël", "Karim", "Laëtitia", "Leïla", "Ludovic", "Marie-Hélène", "Mélanie", "Mickaël"),
    *("Nadège", "Noëlle", "Ophélie", "Pierre-Yves", "Rachid", "Régis", "Séverine", "Stéphane", "Thérèse", "Yoann"),
)
LAST_NAMES = (
    *("Abadie", "Arnoult", "Aubépin", "Baconnier", "Bazin", "Beaugrand", "Belkacem", "Bénard", "Berthelot", "Boisvert"),
    *("Bréhat", "Brémont", "Castelnau", "Chauvière", "Chênevert", "Coëtlogon", "Corbière", "Cœurderoy", "Da Silva"),
    *("Délémont", "Desforges", "Diallo", "Duchêne", "Dunoyer", "Esnault", "Fauvel", "Ferréol", "Fontanel", "Garçonnet"),
    *("Gauvin", "Géraud", "Grandclément", "Guéguen", "Haÿ", "Hérisson", "Houdré", "Jaouen", "Kerloc'h", "Laforêt"),
    *("Langevin", "Le Bihan", "Le Fur", "Lemaître", "L’Hostis", "Louvel", "Maçon", "Maréchal", "Mézières", "Moëllic"),
    *(
        "N’Diaye",
        "Nguyễn",
        "Noirmont",
        "Œillet",
        "Ortéga",
        "Pélissier",
        "Pérochon",
        "Quéméneur",
        "Rivière",
        "Rochebrune",
    ),
    *("Saint-Aubin", "Sénéchal", "Tanguy", "Thébault", "Traoré", "Valréas", "Vercoutère", "Yıldız", "Zimmermann"),
)
STREETS = (
    *("rue des Embruns", "rue du Phare", "allée des Tamaris", "quai de la Criée", "impasse du Goéland"),
    *("avenue de l’Océan", "rue de l’Église", "chemin des Dunes", "place du Marché", "rue Jean-de-La-Fontaine"),
)
TOWN = "99420 Port-Clairval"
NEIGHBOURS = ("99425 Saint-Aubin-des-Grèves", "99430 La Haye-d’Ecquetot", "99410 L’Île-aux-Moines-Noirs")

# Families whose names have broken a portal somewhere: last name, adults, children.
NOTABLE = (
    ("d’Hérouville", ("Anne-Sophie", "Gonzague"), ("Cunégonde", "Tancrède")),
    (
        "de La Tour-Maubourg de Saint-Amand-Montrond-lès-Grandchamp",
        ("Marie-Antoinette-Joséphine-Éléonore", "Charles-Emmanuel-Ferdinand-Théodore"),
        ("Maximilienne-Alexandrine-Victoire-Apolline", "Ô"),
    ),
    ("الخطيب", ("ليلى", "يوسف"), ("نور", "سامي")),
    ("Le Goff-Kerhervé", ("Maëlys", "Yann"), ("Loeiz", "Nolwenn", "Gwenaël")),
    ("O'Brien--Müller", ("Siobhán", "Jürgen"), ("Zoë",)),
    ("Y", ("Éa",), ("Li",)),
)
