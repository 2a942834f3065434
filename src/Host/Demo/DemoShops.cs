namespace Marketplace.Host;

/// <summary>The shops of the demo. All names and words are made up.</summary>
internal static class DemoShops
{
    /// <summary>What this market knows how to sell.</summary>
    private static readonly string[] Kinds = ["beat"];

    public static IReadOnlyList<DemoShop> All { get; } = Open().Select(shop => shop with
    {
        Products = [.. shop.Products.Concat(DemoShelves.Of(shop.Handle)).Where(p => Kinds.Contains(p.Kind, StringComparer.Ordinal))],
    }).ToList();

    private static DemoShop[] Open() =>
    [
        new("Nova Reyes", "nova", "Nova Reyes", "EUR", 0, new([8, 10, 11, 4], [13, 9, 0]),
            "Late-night trap and drill from a room above a bakery. Mixed on small speakers, so that it sounds big on yours.",
            new(0, "Midnight Ferry", "Trap", 142, "F# minor", 2999, 3.8f, "Bells over a slow 808, room for a voice in the middle.", "dark, bells, night"),
            new(0, "No Signal", "Drill", 144, "C minor", 3499, 1.2f, "Sliding bass, nervous hats, a choir that never quite arrives.", "sliding 808, choir"),
            new(1, "Blue Hour", "R&B", 92, "Eb major", 2499, 1.2f, "Warm keys and a lazy pocket, for the hour when the street lamps come on.", "keys, slow, love"),
            new(2, "Velvet Engine", "House", 124, "A minor", 1999, 1.1f, "Four on the floor, a filtered stab and a bass line that walks home alone.", "club, warm"),
            new(4, "Salt & Static", "Trap", 150, "D minor", 3999, 1.4f, "Distorted lead, half-time drums, made for the second verse.", "hard, distorted"),
            new(11, "Rooftop Keys", "R&B", 88, "Bb minor", 2499, 1.0f, "Electric piano with the window open. The hook is yours, the bridge is already there.", "electric piano, summer night"),
            new(16, "Curfew", "Drill", 141, "G minor", 3499, 1.3f, "Everything plucked, nothing polite. Leaves two bars of silence before the drop.", "pluck, tense"),
            new(22, "Nine Missed Calls", "R&B", 96, "D minor", 2799, 1.6f, "A slow argument between a bass and a bell.", "heartbreak, bells"),
            new(27, "Second Sleep", "Trap", 138, "E minor", 2999, 1.2f, "Written at four in the morning and left that way.", "insomnia, minimal")),

        new("Délia Marchand", "delia", "Atelier Marchand", "EUR", 0, new([0, 1, 12], [6, 8, 12, 14]),
            "Lo-fi, ambient et afrobeats, enregistrés à Marseille les fenêtres ouvertes. Le bruit du port est compris dans le prix.",
            new(0, "Côte Sauvage", "Afrobeats", 108, "G major", 2799, 1.7f, "Hand drums, a bright pluck and the feeling of a long weekend.", "summer, percussion"),
            new(0, "Paper Lanterns", "Lo-Fi", 78, "B minor", 1499, 2.2f, "Tape hiss, felt piano and a brushed snare. Goes with rain.", "piano, tape, study"),
            new(1, "After the Rain", "Ambient", 70, "D major", 1299, 1.0f, "Slow pads that open like shutters in the morning.", "pads, calm"),
            new(3, "Kite", "Lo-Fi", 84, "F major", 1499, 1.5f, "A loose guitar-like pluck over dusty drums.", "guitar, dusty"),
            new(5, "Été sans fin", "Afrobeats", 112, "C major", 2999, 1.6f, "Horn stabs, log drum bass and a chorus that writes itself.", "horns, dance"),
            new(10, "Les volets bleus", "Lo-Fi", 74, "A major", 1499, 1.1f, "Un piano fatigué, une caisse claire au balai, et la sieste du voisin.", "piano, sieste"),
            new(15, "Marée basse", "Ambient", 64, "E major", 1299, 0.7f, "Des nappes longues, une basse qui respire. Rien ne presse.", "nappes, calme"),
            new(20, "Cuisine ouverte", "Afrobeats", 104, "D minor", 2799, 1.3f, "Marimba, log drum et casseroles. On danse en attendant que ça mijote.", "marimba, fête"),
            new(26, "Dimanche de pluie", "Lo-Fi", 80, "C minor", 1499, 1.2f, "Pour écrire, relire, ou ne rien faire du tout.", "pluie, étude")),

        new("Ruben Kessel", "ruben", "Kessel & Daughters Drums", "EUR", 0, new([3, 7], [11, 10, 4]),
            "Drums first. A workshop in Rotterdam where boom bap, jungle and club loops are built from things that were meant for something else.",
            new(0, "Brass Knocker", "Boom Bap", 92, "C minor", 1999, 1.5f, "A door, a fist, a bass. Swing set by hand.", "swing, dusty, east side"),
            new(2, "Loading Bay", "Boom Bap", 88, "F minor", 1999, 1.2f, "Kick recorded in a stairwell. Keys that do not look up.", "raw, keys"),
            new(6, "Third Rail", "Drum & Bass", 174, "A minor", 2499, 1.2f, "Breaks cut thin and put back in the wrong order. Stays in tune, stays away from the edge.", "breaks, fast"),
            new(9, "Borrowed Bicycle", "Jersey Club", 136, "D minor", 2299, 1.1f, "Five kicks to the bar and a bell that laughs at you.", "bounce, bells"),
            new(14, "Sunday Loaf", "Boom Bap", 84, "G minor", 1799, 0.9f, "Slow crumb, hard crust.", "lazy, warm"),
            new(19, "Cold Start", "Drum & Bass", 172, "E minor", 2499, 1.0f, "Two minutes of engine and then the lights.", "roller, dark"),
            new(24, "Gravel", "Hip-Hop", 94, "Bb minor", 2199, 1.1f, "For voices with sand in them.", "grit, sparse")),

        new("Maëlle Guivarch", "maelle", "Terrain vague", "EUR", 1, new([2, 13, 0], [14, 2, 11]),
            "Sons de terrain, nappes et petites machines, depuis Brest. Chaque pièce commence dehors, micro à la main.",
            new(1, "Quai numéro sept", "Ambient", 60, "F minor", 1199, 0.9f, "Une grue, un diesel, deux notes. Le reste est de l'air.", "port, nappes"),
            new(3, "Ce que dit la grue", "Experimental", 90, "C minor", 1599, 0.7f, "Métal accordé, rythme trouvé. À prendre entier ou par morceaux.", "métal, rythme"),
            new(8, "Bruine", "Ambient", 68, "D minor", 1199, 1.0f, "Une pluie si fine qu'on l'entend à peine.", "pluie, doux"),
            new(13, "Le dernier bac", "Ambient", 72, "A minor", 1299, 0.8f, "Le moteur s'éloigne en do, l'eau revient en la.", "mer, lent"),
            new(21, "Tôle ondulée", "Experimental", 100, "E minor", 1599, 0.6f, "Hangar, grêle, archet. Plus dansant qu'il n'y paraît.", "percussion, étrange"),
            new(28, "Phare éteint", "Ambient", 58, "C minor", 1299, 0.8f, "Pour la dernière scène, quand plus personne ne parle.", "nuit, vaste")),

        new("Priya Raman", "priya", "Ohm & Order", "USD", 2, new([4, 9, 5], [7, 9, 3, 13]),
            "Patches, then songs to prove them. Analogue-minded synthwave, electronica and techno from a very tidy desk.",
            new(2, "Neon Laundry", "Synthwave", 104, "A minor", 2900, 1.7f, "Arpeggio on a warm cycle, snare on spin.", "arpeggio, retro"),
            new(4, "Soft Reset", "Electronic", 118, "D major", 2400, 1.1f, "A bright little machine that is glad to see you.", "bright, plucks"),
            new(7, "Carrier Wave", "Techno", 132, "G minor", 2600, 1.0f, "One chord, one idea, seven ways to open the filter.", "hypnotic, club"),
            new(12, "Chrome Orchid", "Synthwave", 96, "E minor", 2900, 1.3f, "Big pads, bigger snare. Roll the window down.", "pads, drive"),
            new(17, "Voltage Garden", "Electronic", 122, "F# minor", 2400, 0.9f, "Sequences that grow when nobody touches them.", "modular, sequence"),
            new(23, "Last Arcade", "Synthwave", 110, "C minor", 3100, 1.4f, "The boss level, five minutes before closing time.", "chase, lead"),
            new(27, "Night Bus Telemetry", "Techno", 128, "B minor", 2600, 1.0f, "Road noise in four-four.", "deep, night")),

        new("Ingrid Halden", "ingrid", "Halden Scores", "EUR", 3, new([0, 8, 6], [5, 2, 13, 1]),
            "Cues for films that do not exist yet. Strings, small ensembles and long reverbs from Bergen; stems on request.",
            new(3, "Snow Line", "Cinematic", 66, "B minor", 4900, 1.2f, "Low strings, one melody, no hurry. Ends where the road does.", "strings, winter"),
            new(5, "The Long Table", "Cinematic", 72, "D minor", 4900, 0.9f, "Nine people, one secret. The cellos know.", "tension, family"),
            new(9, "Small Machines", "Cinematic", 108, "A minor", 4500, 1.1f, "Bows in eighths, a clockwork under the floor.", "spiccato, clockwork"),
            new(14, "What the River Kept", "Cinematic", 80, "E minor", 5500, 0.8f, "A theme in three sizes: whisper, wade, flood.", "theme, drama"),
            new(18, "Lantern Bearers", "Cinematic", 90, "C minor", 4900, 0.9f, "A procession over snow, seen from far off.", "march, choir-like"),
            new(25, "An Empty Chair", "Cinematic", 60, "F major", 3900, 0.8f, "Two chords and what is between them.", "intimate, sad"),
            new(29, "Overture for Nobody", "Cinematic", 84, "G minor", 5500, 1.0f, "Curtain up, house dark, everybody gone. Plays anyway.", "overture, strings") { Fate = DemoFate.Draft }),

        new("Ren Mizuno", "ren", "Kuro Tape", "JPY", 5, new([7, 13, 12], [4, 13, 0]),
            "Phonk and memphis, dubbed twice and driven once. Tokyo, after the last train.",
            new(5, "Midnight Vending", "Phonk", 130, "F minor", 3200, 1.8f, "Cowbell, coin, can. Warm light on wet asphalt.", "cowbell, night drive"),
            new(7, "Tunnel Run", "Phonk", 140, "E minor", 3400, 1.6f, "Forty seconds under the bay with the windows down.", "drift, fast"),
            new(11, "Concrete Koi", "Phonk", 126, "G minor", 3000, 1.1f, "Slow and heavy, and prettier than it wants to be.", "slow, heavy"),
            new(15, "Rust Prayer", "Memphis", 144, "C# minor", 2800, 1.0f, "Tape so worn that it hums along.", "tape, haunted"),
            new(19, "Shutter Street", "Phonk", 134, "Bb minor", 3200, 1.1f, "All the shops are closed. Good.", "empty street"),
            new(23, "Low Fuel", "Phonk", 148, "A minor", 3600, 1.3f, "The orange lamp has been on since the bridge.", "chase, 808"),
            new(26, "Dead Stock", "Memphis", 138, "D minor", 2800, 0.9f, "Found in a box, never opened, still sealed, slightly cursed.", "lo-fi, haunted") { Fate = DemoFate.Paused }),

        new("Salomé Aubry", "salome", "Deux Rives", "EUR", 6, new([6, 1, 5], [1, 6, 10, 7]),
            "Un duo house : Salomé au nord du fleuve, Idris au sud. Nous nous retrouvons au milieu, vers 124.",
            new(6, "Terrasse", "House", 120, "F major", 2200, 1.6f, "Des accords qui traînent, une basse qui sourit.", "été, accords"),
            new(8, "Rive gauche, 4 h", "House", 122, "C minor", 2400, 1.4f, "Le moment où il ne reste que ceux qui dansent.", "profond, nuit"),
            new(10, "Papier peint", "Garage", 132, "A minor", 2200, 1.2f, "Deux pas en avant, un motif qui se décolle.", "2-step, swing"),
            new(13, "Sève", "Amapiano", 113, "D minor", 2600, 1.5f, "Log drum, shaker, patience. La mélodie monte toute seule.", "log drum, lent"),
            new(17, "Péage", "House", 126, "G minor", 2200, 1.0f, "Un disque pour rouler, sans ticket.", "route, club"),
            new(21, "Carte postale", "Garage", 134, "E minor", 2200, 1.1f, "Écrite au dos, postée trop tard, arrivée quand même.", "garage, tendre"),
            new(25, "Plein sud", "Amapiano", 112, "F minor", 2600, 1.4f, "Cap au chaud. Les claviers font signe depuis la rive.", "claviers, soleil"),
            new(28, "Grand écart", "House", 124, "B minor", 2400, 1.2f, "Une jambe dans le funk, l'autre dans la cave.", "funk, cave")),

        new("Otis Vane", "otis", "Second Pew", "EUR", 28, new([12, 10], [12, 10, 9]),
            "Soul and gospel chops, played by hand on a piano that the church no longer wanted.",
            new(28, "Collection Plate", "Soul", 86, "Ab major", 2799, 1.2f, "A choir-shaped piano and a snare that claps along.", "soul, piano"),
            new(29, "Corner Store Psalm", "Gospel", 98, "Db major", 2799, 0.8f, "Handclaps, walking bass, milk and bread.", "gospel, claps") { Fate = DemoFate.SentBack },
            new(29, "Side Door Blues", "Neo Soul", 78, "F minor", 2999, 0.8f, "For whoever came late and stays to the end.", "neo soul, late") { Fate = DemoFate.Waiting }),
    ];
}
