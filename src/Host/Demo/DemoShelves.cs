namespace Marketplace.Host;

/// <summary>What the shops sell besides beats.</summary>
internal static class DemoShelves
{
    public static IEnumerable<DemoProduct> Of(string handle) => handle switch
    {
        "nova" =>
        [
            DemoProduct.Kit(8, "Bakery Hours", "Trap", 140, "F# minor", 2499, "drum_kit", 24, "The drums of every record in this shop, with the air of the room left on.", "808, trap drums"),
            DemoProduct.Other("service", 12, "Mix of your song, by ear", 14900, "Send the tracks as they are. I level, place and warm them, and tell you what I would sing again.", "mix, vocals",
                new() { ["type"] = "mixing", ["mentoring"] = true, ["requirements"] = new[] { "Which song do you love the sound of?", "What must never be touched?" }, ["portfolio"] = "Eleven years between faders, most of them in one small room." },
                ("basic", 100, new { days = 5, revisions = 1, features = new[] { "Up to 16 tracks" } }),
                ("standard", 180, new { days = 7, revisions = 2, features = new[] { "Up to 16 tracks", "Up to 48 tracks", "Tuned vocals" } }),
                ("premium", 300, new { days = 10, revisions = 4, features = new[] { "Up to 16 tracks", "Up to 48 tracks", "Tuned vocals", "Master", "Instrumental and a cappella" } })),
            DemoProduct.Other("membership", 14, "The back room", 900, "Where sketches go before they are songs, and people who finish things help others to.", "community, sketches",
                new() { ["perks"] = new[] { "A sketch to finish each Monday", "One hour of listening a month", "All kits at half price" } },
                ("month", 100, new { trial_days = 7, featured = true }), ("year", 900, new { }), ("lifetime", 2500, new { })),
            DemoProduct.Loop(18, "Oven Bells", "Trap", 142, "C minor", 499, "music", "synth", "Four bars of bells that make a verse lean forward.", "bells, dark"),
        ],
        "delia" =>
        [
            DemoProduct.Other("course", 13, "Enregistrer à la maison", 3900, "De la chaise qui grince à la prise que l'on garde : une méthode pour une pièce ordinaire.", "enregistrement, maison",
                new()
                {
                    ["level"] = "beginner", ["minutes"] = 185, ["language"] = "fr", ["learns"] = new[] { "Placer un seul micro", "Entendre une pièce", "Garder la bonne prise" }, ["prerequisites"] = new[] { "Un micro, un casque" },
                    ["outline"] = new object[] { new { title = "Écouter la pièce", minutes = 35 }, new { title = "Un micro, trois places", minutes = 50 }, new { title = "La voix", minutes = 60 }, new { title = "Choisir", minutes = 40 } },
                }),
            DemoProduct.Other("webinar", 15, "Une heure avec vos maquettes", 0, "Apportez une minute de musique. On écoute ensemble et on dit ce qui tient déjà.", "écoute, retour",
                new() { ["minutes"] = 60, ["seats"] = 40, ["host"] = "Delia", ["language"] = "fr", ["learns"] = new[] { "Ce que l'on entend en premier", "Quoi laisser tomber" } }),
            DemoProduct.Kit(12, "Vaisselle", "Lo-Fi", 82, "A minor", 1899, "sample_pack", 20, "Tasses, couverts, tiroirs : une batterie de cuisine au sens propre.", "percussion, maison"),
            DemoProduct.Loop(17, "Piano d'en face", "Lo-Fi", 76, "F major", 399, "music", "piano", "Quatre mesures entendues par la fenêtre, rejouées plus lentement.", "piano, boucle"),
        ],
        "ruben" =>
        [
            DemoProduct.Kit(1, "Workshop No. 1", "Boom Bap", 90, "C minor", 2999, "drum_kit", 32, "Kicks from crates, snares from sheet metal. Everything labelled, nothing normalised to death.", "boom bap, punchy"),
            DemoProduct.Kit(11, "Spare Parts", "Drum & Bass", 174, "A minor", 2499, "drum_kit", 24, "Short, bright and fast: hits that survive 174.", "breaks, hits"),
            DemoProduct.Loop(5, "Stairwell Break", "Boom Bap", 92, "G minor", 599, "drums", "drums", "One take, four bars, third floor.", "break, raw"),
            DemoProduct.Loop(20, "Chain Drive", "Drum & Bass", 172, "E minor", 599, "drums", "drums", "A roller without a grid, tidied only where it hurt.", "break, fast"),
        ],
        "maelle" =>
        [
            DemoProduct.Kit(4, "Port de commerce", "Experimental", 88, "D minor", 2299, "sample_pack", 28, "Chaînes, coques, cornes de brume. Prises sèches, prêtes à jouer.", "field recording, métal"),
            DemoProduct.Loop(15, "Pluie sur tôle", "Ambient", 66, "A minor", 399, "music", "field_recording", "Une averse accordée, qui tourne sans couture.", "pluie, boucle"),
            DemoProduct.Paper(10, "Carnet de prises de son", 0, "ZIP, textes", "Mes fiches de terrain : où se placer, quand partir, quoi noter. Prix libre, même zéro.", "carnet, méthode",
                ("1 Avant de sortir.txt", "Regarder la marée et le vent.\nDeux jeux de piles, une bonnette, un sac plastique.\nÉcouter le lieu dix minutes sans rien enregistrer."),
                ("2 Sur place.txt", "Annoncer à voix haute : date, lieu, distance, hauteur du micro.\nUne prise courte, une prise longue, une prise où l'on bouge.\nNe jamais couper pendant un silence : c'est lui qui manquera."),
                ("3 Au retour.txt", "Copier, renommer, réécouter le jour même.\nGarder les ratés une semaine. Après, jeter sans regret.")),
        ],
        "priya" =>
        [
            DemoProduct.Kit(3, "Warm Start", "Synthwave", 100, "E minor", 3900, "preset_bank", 48, "Forty-eight patches with plain numbers in them, so that any synthesiser can learn them.", "presets, analogue"),
            DemoProduct.Kit(19, "Cold Boot", "Techno", 130, "G minor", 3400, "preset_bank", 32, "Basses and stabs that do not apologise.", "presets, techno"),
            DemoProduct.Paper(14, "Forty Patches Explained", 500, "ZIP, texts", "Why each of them sounds as it does, and what to turn first. Pay five or more.", "sound design, guide",
                ("1 Begin with the filter.txt", "Close it until the sound is almost gone, then open it until you care.\nMost patches in the bank are one oscillator and a good cutoff."),
                ("2 Then the envelope.txt", "A slow attack makes a pad of anything.\nA short decay makes a bass of nearly anything.\nSet the release while playing the song, not while playing the patch."),
                ("3 Detune last.txt", "Five cents is a room, twelve is a fairground.\nIf two voices beat against each other at the song's tempo, leave them.")),
        ],
        "ingrid" =>
        [
            DemoProduct.Loop(10, "Ostinato in Blue", "Cinematic", 96, "D minor", 899, "music", "strings", "Bows in eighths, four bars, ready to be loud.", "strings, tension"),
            DemoProduct.Paper(16, "Cue Sheet Templates", 0, "ZIP, texts", "The lists that keep a scoring session short. Free, or what they saved you.", "template, film",
                ("Cue list.csv", "cue,reel,in,out,what we see,what we must not say\n1m1,1,,,,\n1m2,1,,,,\n2m1,2,,,,"),
                ("Session order.csv", "hour,cue,players,why now\n1,the long one,all,everybody is awake\n2,the loud one,all,everybody is warm\n3,the solo,one,everybody else may go home")),
        ],
        "ren" =>
        [
            DemoProduct.Kit(9, "Cowbell Cabinet", "Phonk", 132, "F minor", 2800, "drum_kit", 26, "Twenty-six hits, dubbed to tape and back until they sweat.", "cowbell, tape"),
            DemoProduct.Loop(17, "Last Train Bass", "Phonk", 136, "E minor", 600, "bass", "bass", "Four bars that shake the coins in your pocket.", "bass, drift"),
        ],
        "salome" =>
        [
            DemoProduct.Kit(12, "Caisse claire obscure", "House", 124, "C minor", 2499, "drum_kit", 24, "Nos kicks du jeudi et nos claps du samedi.", "house, percussions"),
            DemoProduct.Loop(22, "Ligne de quai", "House", 122, "A minor", 499, "bass", "bass", "Une basse qui marche le long de l'eau.", "basse, boucle"),
        ],
        _ => [],
    };
}
