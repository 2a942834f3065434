namespace Marketplace.Host;

/// <summary>Somebody who buys.</summary>
/// <param name="Since">The day on which they sign up, from 0.</param>
/// <param name="Taste">Genres that they look for; others only now and then.</param>
/// <param name="Eager">How often they come, compared with others.</param>
/// <param name="Thrift">0 buys whatever pleases, 1 looks at the price first.</param>
internal sealed record DemoBuyer(string Name, string Handle, int Since, string[] Taste, float Eager, float Thrift, DemoPurse Purse = DemoPurse.Card)
{
    private static readonly string[] Lands = ["FR", "DE", "BE", "US", "ES", "FR"];

    public string Email => $"{Handle}@demo.example";

    /// <summary>Where they live: most where their purchases are taxed.</summary>
    public string Country => Lands[Handle.Sum(c => c) % Lands.Length];
}

/// <summary>How somebody usually pays.</summary>
internal enum DemoPurse
{
    Card,

    /// <summary>A card whose bank asks to confirm.</summary>
    CautiousBank,

    /// <summary>Tops the wallet up by card, then pays from it.</summary>
    Wallet,
}

internal static class DemoBuyers
{
    private static readonly string[]
        Street = ["Trap", "Drill", "R&B", "Boom Bap", "Hip-Hop"], Dark = ["Phonk", "Memphis", "Trap", "Drum & Bass", "Drill"],
        Club = ["House", "Garage", "Amapiano", "Techno", "Jersey Club"], Calm = ["Lo-Fi", "Ambient", "R&B", "Experimental"],
        Screen = ["Cinematic", "Ambient", "Experimental", "Electronic"], Sun = ["Afrobeats", "Amapiano", "House", "R&B"],
        Neon = ["Synthwave", "Electronic", "Techno", "Phonk"], Crate = ["Boom Bap", "Lo-Fi", "Hip-Hop", "Garage"];

    public static IReadOnlyList<DemoBuyer> All { get; } =
    [
        new("Ana Lima", "ana", 0, Street, 1.6f, 0.3f),
        new("June Okafor", "june", 0, Sun, 1.4f, 0.2f, DemoPurse.Wallet),
        new("Théo Blanc", "theo", 0, Club, 1.2f, 0.4f),
        new("Mika Sato", "mika", 0, Calm, 1.1f, 0.7f),
        new("Lucie Ferrand", "lucie", 0, Calm, 1.0f, 0.5f, DemoPurse.CautiousBank),
        new("Dario Conti", "dario", 1, Screen, 0.9f, 0.1f),
        new("Amara Nwosu", "amara", 1, Sun, 1.2f, 0.3f),
        new("Jonas Weidner", "jonas", 1, Crate, 1.0f, 0.6f),
        new("Soraya Haddad", "soraya", 2, Street, 1.1f, 0.4f, DemoPurse.CautiousBank),
        new("Piotr Zielak", "piotr", 2, Dark, 1.0f, 0.5f),
        new("Maya Fontaine", "maya", 3, Neon, 1.1f, 0.2f, DemoPurse.Wallet),
        new("Eli Marsh", "eli", 3, Street, 0.9f, 0.6f),
        new("Noor van Dijk", "noor", 4, Club, 1.2f, 0.3f),
        new("Camille Berthet", "camille", 4, Screen, 0.8f, 0.2f),
        new("Tunde Alabi", "tunde", 5, Sun, 1.3f, 0.4f),
        new("Freya Lindqvist", "freya", 5, Screen, 0.8f, 0.3f, DemoPurse.CautiousBank),
        new("Kenzo Abe", "kenzo", 6, Dark, 1.3f, 0.3f),
        new("Rosa Almeida", "rosa", 6, Calm, 0.9f, 0.6f, DemoPurse.Wallet),
        new("Hugo Lemaire", "hugo", 7, Crate, 1.0f, 0.7f),
        new("Zadie Crewe", "zadie", 8, Street, 1.1f, 0.2f),
        new("Milo Petrov", "milo", 8, Neon, 0.9f, 0.5f),
        new("Inès Caron", "ines", 9, Club, 1.0f, 0.4f, DemoPurse.CautiousBank),
        new("Sami Rautio", "sami", 10, Dark, 0.9f, 0.6f),
        new("Bea Castell", "bea", 11, Calm, 0.8f, 0.8f),
        new("Oskar Brandt", "oskar", 12, Neon, 1.0f, 0.3f, DemoPurse.Wallet),
        new("Leïla Mansour", "leila", 13, Sun, 1.1f, 0.3f),
        new("Grady Holt", "grady", 14, Crate, 0.8f, 0.6f),
        new("Yuna Park", "yuna", 15, Street, 1.2f, 0.4f),
        new("Victor Dumas", "victor", 16, Screen, 0.7f, 0.1f),
        new("Chidi Eze", "chidi", 17, Sun, 1.0f, 0.5f, DemoPurse.CautiousBank),
        new("Tamsin Wray", "tamsin", 18, Neon, 0.9f, 0.4f),
        new("Aurélien Roche", "aurelien", 19, Club, 1.0f, 0.5f),
        new("Mateo Ibarra", "mateo", 20, Street, 1.1f, 0.5f, DemoPurse.Wallet),
        new("Signe Holm", "signe", 22, Calm, 0.8f, 0.4f),
        new("Kofi Mensah", "kofi", 23, Dark, 1.0f, 0.4f),
        new("Elsa Moreau", "elsa", 25, Crate, 0.9f, 0.6f),
        new("Bram Oster", "bram", 26, Club, 0.9f, 0.3f),
        new("Nadia Sorel", "nadia", 28, Screen, 0.9f, 0.2f),
    ];
}
