"""Who trades what in the invented documents: vendors, customers, places and goods of six languages. All companies are made up.

A line of goods is `description | sizes | unit | lowest price | highest price`; `{}` in the description takes one of the sizes,
which stand apart by `;`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing that can be bought. Prices without tax, in the smallest unit of the currency."""

    description: str
    sizes: tuple[str, ...]
    unit: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Market:
    """One language's business world. `places` are (country, postcode, city, dialling code)."""

    vendors: tuple[tuple[str, str], ...]
    customers: tuple[str, ...]
    people: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str, str, str], ...]
    goods: dict[str, tuple[Goods, ...]]


_OFFICE_EN = """
Copy paper {}, 80 gsm, 500 sheets|A4;A3|ream|420|790
Lever arch file {} mm, recycled board|50;80|pc|190|420
Gel pen {}|black;blue;red;green|pc|95|220
Sticky notes {} mm, pack of 12|76 x 76;38 x 51;127 x 76|pack|380|940
Desk lamp LED with clamp, {}|black;white|pc|3450|6900
Envelopes {}, self-sealing, box of 500|DL;C5;C4|box|1450|2890
Toner cartridge {}, high yield|black;cyan;magenta;yellow|pc|5900|11900
Whiteboard {} cm, enamel, with pen tray|90 x 60;120 x 90;180 x 120|pc|4900|16900
Archive box {}|A4;foolscap|pc|160|340
Label tape {} mm, black on white|9;12;18|pc|690|1450
Ergonomic office chair with adjustable lumbar support and armrests, {}|graphite;navy|pc|18900|32900
Storage cupboard, lockable, {} cm|195 x 92;120 x 80|pc|17900|29900
"""

_IT_EN = """
Managed workstation, {} plan, per device and month|standard;premium|device|2400|4900
On-site support, senior engineer, {}|regular hours;evening|hour|8800|12800
Network switch, {} ports, rack mount|16;24;48|pc|18900|64900
Patch cable Cat 6A, {} m|1;3;5;10|pc|390|1290
Firewall appliance including first year of updates and replacement within one working day|-|pc|49900|89900
Backup storage, {} TB, encrypted, per month|2;5;10|month|3900|14900
Solid state drive {}, 2.5 inch|1 TB;2 TB|pc|7900|16900
Wireless access point, ceiling mount|-|pc|12900|21900
Site survey and cabling plan|-|lump sum|39000|69000
"""

_GARDEN_EN = """
Hornbeam hedge plants, {} cm, bare root|60-80;80-100;100-125|pc|180|520
Composted bark mulch, {}|60 litre bag;bulk bag|pc|690|6900
Lawn seed, {} mix, 5 kg|shade;sport;drought|bag|2900|4900
Pruning of fruit trees, two gardeners, incl. removal of cuttings|-|hour|5400|7800
Slow release fertiliser {}|10 kg;25 kg|bag|1900|4400
Drip irrigation line {} m with fittings|25;50|set|3900|8900
Terracotta planter {} cm|30;45;60|pc|1900|7900
Paving slab, sandstone, {} mm|600 x 600;600 x 900|pc|1490|2790
Lavender, {} pot|9 cm;2 litre|pc|240|690
"""

_HARDWARE_DE = """
Sechskantschraube {} mm, verzinkt, 100 Stück|M6 x 20;M6 x 40;M8 x 30;M8 x 60;M10 x 50|Pack|690|2490
Unterlegscheibe {}, Edelstahl A2, 200 Stück|M6;M8;M10|Pack|390|990
Spiralbohrer HSS-Co {} mm|3,3;4,2;5,0;6,8;8,5|Stk.|240|1190
Trennscheibe {} mm, Inox|115;125;230|Stk.|95|390
Schutzhandschuhe Nitril, Größe {}, 12 Paar|8;9;10;11|Karton|1490|2890
Kabelbinder {} mm, schwarz, 100 Stück|140 x 3,6;200 x 4,8;370 x 7,6|Beutel|190|890
Werkzeugkoffer 129-teilig mit Knarre, Bits und Steckschlüsseln, schlagfester Kunststoff|-|Stk.|14900|22900
Industriesauger {} Liter, Staubklasse M|25;35;50|Stk.|24900|54900
Montagekleber {} ml, weiß|290;310|Kart.|590|1190
Lochblech {} mm, Aluminium|500 x 250;1000 x 500|Stk.|1690|5990
Arbeitsleuchte LED {} W, mit Akku|20;50|Stk.|4990|12900
Rohrschelle {} Zoll mit Gummieinlage|1/2;3/4;1;2|Stk.|65|290
Silikon {} 310 ml, transparent|Sanitär;Universal|Kart.|390|890
Gewindestange {} x 1000 mm, verzinkt|M8;M10;M12|Stk.|190|690
"""

_COFFEE_DE = """
Espresso „Nordlicht“, ganze Bohne, {}|250 g;1 kg|Btl.|690|2490
Filterkaffee „Morgenwind“, {}|250 g;500 g;1 kg|Btl.|590|2190
Entkoffeinierter Röstkaffee Hochland, {}|250 g;1 kg|Btl.|720|2690
Reinigungstabletten für Siebträger, 100 Stück|-|Dose|1290|1890
Milchkännchen Edelstahl {} ml|350;600|Stk.|1490|2990
Wartung der Siebträgermaschine einschließlich Dichtungen, Entkalkung und Probelauf|-|Std.|7800|9800
Pappbecher {} ml, kompostierbar, 50 Stück|200;300;400|Pack|490|990
Barista-Schulung, halber Tag, bis {} Personen|6;10|Pausch.|29000|49000
"""

_PRINT_DE = """
Visitenkarten, Naturkarton 350 g, {} Stück|250;500;1000|Satz|3900|9900
Broschüre A5, {} Seiten, klammergeheftet|16;24;32|Stk.|120|340
Plakat {}, Digitaldruck, wetterfest|A2;A1;A0|Stk.|690|2490
Satz und Gestaltung, Grafikerin|-|Std.|6900|8900
Briefbogen A4, 4/0-farbig, {} Blatt|1000;2500|Satz|8900|17900
Aufkleber rund {} mm, konturgeschnitten|40;60;95|Rolle|2900|6900
Lieferung und Aufbau des Messestands einschließlich Abtransport der Verpackung|-|Pausch.|18900|38900
"""

_WINE_FR = """
Huile d'olive vierge extra, bouteille {}|50 cl;75 cl;1 l|pce|890|2490
Tapenade noire, bocal {}|90 g;180 g|pce|390|790
Miel de lavande, pot {}|250 g;500 g|pce|590|1290
Coffret dégustation « Garrigue » comprenant huile, tapenade, confit d'oignons et biscuits salés|-|coffret|3490|5990
Vinaigre de cidre vieilli en fût, {}|25 cl;50 cl|pce|490|1190
Confiture d'abricots, pot {}|220 g;370 g|pce|390|690
Herbes de Provence, sachet {}|50 g;250 g|pce|290|890
Frais de port, livraison {}|standard;express|forfait|990|2900
"""

_WORKS_FR = """
Peinture acrylique mate {}, seau de 10 l|blanc;ivoire;gris perle|seau|5900|9900
Pose de carrelage, {} cm|30 x 30;60 x 60|m²|3900|6900
Main-d'œuvre plombier qualifié|-|heure|4900|6400
Robinet thermostatique {}|1/2 pouce;3/4 pouce|pce|2900|6900
Tuyau multicouche {} mm, couronne de 50 m|16;20;26|pce|5900|14900
Remplacement du chauffe-eau {} l, y compris raccordement, mise en service et évacuation|150;200|forfait|69000|119000
Déplacement zone {}|1;2|forfait|2900|5900
Plaque de plâtre {} mm, 250 x 120 cm|13;15|pce|790|1490
"""

_NL = """
Bedrijfskleding, werkjas maat {}|M;L;XL|st|3900|6900
Veiligheidsschoenen S3, maat {}|41;42;43;44|paar|5900|9900
Verbanddoos {}, compleet gevuld|klein;groot|st|1990|4990
Onderhoud brandblusser, inclusief keuring en nieuwe verzegeling|-|st|1490|2490
Vloerreiniger {}, geconcentreerd|1 liter;5 liter|fles|690|2490
Papieren handdoekjes, {} laags, doos van 3000|1;2|doos|2490|3990
"""

_IT = """
Caffè in grani miscela {}, 1 kg|Classica;Bosco;Decaffeinata|pz|1290|2290
Piastrelle gres {} cm|60 x 60;30 x 60|m²|1890|3990
Manutenzione annuale della caldaia con controllo dei fumi e rilascio del certificato|-|forfait|8900|14900
Lampada da tavolo {}|bianca;nera;rossa|pz|3900|8900
Manodopera specializzata|-|ora|3200|4800
Olio extravergine di oliva {}|0,5 l;0,75 l;5 l|pz|790|4290
"""

_ES = """
Silla de oficina {}, con reposabrazos|gris;negra;azul|ud|8900|17900
Papel A4 {} g, caja de 5 paquetes|75;80;90|caja|1890|2990
Servicio de limpieza de oficinas, incluidos materiales y desplazamiento|-|hora|1690|2490
Bombilla LED {} W, luz cálida|8;12;18|ud|290|890
Instalación de punto de red, cableado y certificación incluidos|-|ud|4900|8900
Cartucho de tinta {}|negro;color|ud|1490|3490
"""


@cache
def _goods(listed: str) -> tuple[Goods, ...]:
    found = []
    for line in listed.strip().splitlines():
        description, sizes, unit, lowest, highest = line.split("|")
        found.append(Goods(description, tuple(sizes.split(";")), unit, int(lowest), int(highest)))
    return tuple(found)


MARKETS: dict[str, Market] = {
    "en": Market(
        vendors=(
            ("Brindlewick Office Supply Ltd", "office"), ("Tarn & Hollow Gardens Ltd", "garden"),
            ("Copperfell Systems Ltd", "it"),
            ("Oakhurst Paper Company", "office"), ("Merrowdale Nurseries", "garden"), ("Finchgate IT Partners LLP", "it"),
        ),
        customers=("Larkfield Trading Ltd", "Penhallow & Sons Ltd", "Quarry Lane Studios"),
        people=("Eleanor Marsh", "Tobias Wren", "Priya Nair"),
        streets=("Mill Lane", "Station Road", "Harbour Street", "Priory Gate", "Weavers Yard", "Castle Hill"),
        places=(("GB", "LS1 4DY", "Leeds", "+44 113"), ("GB", "BS1 5TR", "Bristol", "+44 117"),
            ("GB", "EH3 9QG", "Edinburgh", "+44 131"),
                ("IE", "T12 X8N6", "Cork", "+353 21"), ("IE", "D02 YX88", "Dublin", "+353 1")),
        goods={"office": _goods(_OFFICE_EN), "it": _goods(_IT_EN), "garden": _goods(_GARDEN_EN)},
    ),
    "de": Market(
        vendors=(
            ("Hallbruck Werkzeug GmbH", "hardware"), ("Kaffeerösterei Seewind GmbH", "coffee"),
            ("Druckhaus Lindenquell KG", "print"),
            ("Eisen-Tannrode GmbH & Co. KG", "hardware"), ("Rösthof Birkental e. K.", "coffee"),
            ("Papierwerk Ahrenfeld GmbH", "print"),
        ),
        customers=("Sonnrath Maschinenbau GmbH", "Kontor Wiesengrund GmbH", "Atelier Vierlinden"),
        people=("Katrin Osterloh", "Jonas Dreyhaupt", "Mira Seifhart"),
        streets=("Gerberstraße", "Am Alten Hafen", "Lindenallee", "Bahnhofstraße", "Industrieweg", "Mühlgasse"),
        places=(("DE", "24103", "Kiel", "+49 431"), ("DE", "99084", "Erfurt", "+49 361"),
            ("DE", "86150", "Augsburg", "+49 821"),
                ("AT", "5020", "Salzburg", "+43 662"), ("DE", "33602", "Bielefeld", "+49 521")),
        goods={"hardware": _goods(_HARDWARE_DE), "coffee": _goods(_COFFEE_DE), "print": _goods(_PRINT_DE)},
    ),
    "fr": Market(
        vendors=(
            ("Les Comptoirs de Valbrune SARL", "wine"), ("Bâti-Clairval SAS", "works"), ("Maison Tourelle & Fils", "wine"),
            ("Atelier Brissac Rénovation", "works"),
        ),
        customers=("Hôtel des Trois Saules", "Librairie Passegrain", "Cabinet Morlande SAS"),
        people=("Camille Vauquelin", "Hugo Delorme", "Inès Barraud"),
        streets=("rue des Tanneurs", "avenue de la Gare", "place du Marché", "chemin des Oliviers", "quai Saint-Michel"),
        places=(("FR", "26000", "Valence", "+33 4 75"), ("FR", "44000", "Nantes", "+33 2 40"),
            ("FR", "67000", "Strasbourg", "+33 3 88"),
                ("BE", "5000", "Namur", "+32 81"), ("FR", "13100", "Aix-en-Provence", "+33 4 42")),
        goods={"wine": _goods(_WINE_FR), "works": _goods(_WORKS_FR)},
    ),
    "nl": Market(
        vendors=(("Veldkamp & Duin B.V.", "all"), ("Groothandel Lindewater B.V.", "all")),
        customers=("Bakkerij Zonneveer", "Drukkerij Oosterkade B.V."),
        people=("Sanne Rietveld", "Bram Hoekwater"),
        streets=("Havenkade", "Molenweg", "Kerkstraat", "Nijverheidsweg"),
        places=(("NL", "3511 LN", "Utrecht", "+31 30"), ("NL", "9712 HX", "Groningen", "+31 50"),
            ("NL", "5611 AZ", "Eindhoven", "+31 40")),
        goods={"all": _goods(_NL)},
    ),
    "it": Market(
        vendors=(("Forniture Montelupo S.r.l.", "all"), ("Bottega Valserena S.n.c.", "all")),
        customers=("Albergo Belriposo S.r.l.", "Studio Tecnico Fontanarossa"),
        people=("Chiara Bellomi", "Davide Sartorio"),
        streets=("Via dei Mulini", "Corso Garibaldi", "Via della Stazione", "Piazza San Marco"),
        places=(("IT", "43121", "Parma", "+39 0521"), ("IT", "10121", "Torino", "+39 011"),
            ("IT", "70122", "Bari", "+39 080")),
        goods={"all": _goods(_IT)},
    ),
    "es": Market(
        vendors=(("Suministros Peñalba S.L.", "all"), ("Servicios Ríoclaro S.L.", "all")),
        customers=("Hostal Puente Viejo S.L.", "Talleres Almenara S.A."),
        people=("Lucía Arenales", "Marcos Ferrán"),
        streets=("Calle del Molino", "Avenida de la Constitución", "Calle Mayor", "Paseo de la Ribera"),
        places=(("ES", "50003", "Zaragoza", "+34 976"), ("ES", "41001", "Sevilla", "+34 954"),
            ("ES", "36201", "Vigo", "+34 986")),
        goods={"all": _goods(_ES)},
    ),
}  # fmt: skip
