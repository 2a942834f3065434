namespace Marketplace.Catalog;

/// <summary>Under what a product may be used.</summary>
internal enum Licence
{
    Personal,
    Commercial,
    Custom,

    /// <summary>To one person only: its sale takes the product off sale.</summary>
    Exclusive,

    /// <summary>The only one of a thing that has no tiers.</summary>
    Standard,
}

/// <summary>Name and terms that a seller may take as they are or rewrite. Short on purpose: a buyer should read them.</summary>
/// <param name="Name">English.</param>
/// <param name="Answers">To <see cref="UsualLicences.Questions"/>: yes, no, or (null) as agreed.</param>
internal sealed record UsualLicence(Licence Licence, string Name, string Terms, params bool?[] Answers);

internal static class UsualLicences
{
    /// <summary>What buyers compare tiers by; true of the usual terms only.</summary>
    public static IReadOnlyList<string> Questions { get; } = ["Use it in your own work", "Earn money with the result", "Streaming, video, concerts and radio", "Pass the files on"];

    public static IReadOnlyList<UsualLicence> OfBeats { get; } =
    [
        new(Licence.Personal, "Personal licence",
            """
            For yourself, without earning money with it.

            You may record over the beat, play the result to friends, show it on your own pages and perform it where no entry is paid.
            You may not sell or monetise the result, register the beat as your own, or pass the files on.
            The producer keeps all rights in the beat and is named: "Produced by" and the shop's name.
            """, true, false, false, false),
        new(Licence.Commercial, "Commercial licence",
            """
            For releases that earn money.

            You may record over the beat and publish one song with it, everywhere and without limit of time: streaming, sale, video, paid concerts, radio.
            You keep what the song earns. You may not resell the beat itself, pass the files on, or forbid others to use the same beat.
            The producer keeps all rights in the beat and is named: "Produced by" and the shop's name.
            """, true, true, true, false),
        new(Licence.Custom, "Custom licence",
            """
            As agreed between buyer and producer in writing. Without such an agreement the terms of a personal licence apply: no income from the result,
            no passing on of the files, the producer keeps all rights and is named.
            """, true, null, null, false),
        new(Licence.Exclusive, "Exclusive licence",
            """
            For you alone: with your purchase the beat is off sale, and nobody else can buy a licence for it any more.

            You may record over the beat and publish any number of works with it, everywhere and without limit of time, and you keep what they earn.
            Licences that others bought before stay as they are. You may not resell the beat itself or pass the files on.
            The producer keeps the authorship and is named: "Produced by" and the shop's name.
            """, true, true, true, false),
    ];

    public static IReadOnlyList<UsualLicence> OfSounds { get; } =
    [
        new(Licence.Personal, "Personal licence",
            """
            For practice and for music that earns nothing.

            You may use the sounds in your own music, change them, and play the result to friends and on your own pages.
            You may not sell or monetise the result, and not pass the sounds on, alone or in another kit.
            The maker keeps all rights in the sounds.
            """, true, false, false, false),
        new(Licence.Commercial, "Commercial licence",
            """
            Royalty-free, for releases that earn money.

            You may use the sounds in as many works as you like, change them, and publish the works everywhere and without limit of time. You keep what they earn and need not name anybody.
            You may not pass the sounds on, alone or in another kit, nor register them as your own.
            The maker keeps all rights in the sounds.
            """, true, true, true, false),
        new(Licence.Custom, "Custom licence",
            """
            As agreed between buyer and maker in writing. Without such an agreement the terms of a personal licence apply: no income from the result,
            no passing on of the sounds, the maker keeps all rights.
            """, true, null, null, false),
        new(Licence.Exclusive, "Exclusive licence",
            """
            For you alone: with your purchase the sounds are off sale, and nobody else can buy a licence for them any more.

            You may use the sounds in as many works as you like, change them, and publish the works everywhere and without limit of time. You keep what they earn and need not name anybody.
            Licences that others bought before stay as they are. You may not pass the sounds on, alone or in another kit.
            The maker keeps the authorship.
            """, true, true, true, false),
    ];

    public static IReadOnlyList<UsualLicence> OfThings { get; } =
    [
        new(Licence.Standard, "One of it", "Sold as it is described and shown. The seller packs and sends it to the address of the order."),
    ];

    public static IReadOnlyList<UsualLicence> OfDownloads { get; } =
    [
        new(Licence.Standard, "Standard licence",
            """
            For one person, for good.

            You may keep the files, use them on all your devices and in your own work, also in work that earns money.
            You may not pass the files on, sell them, or offer them for download.
            The maker keeps all rights in them.
            """, true, true, true, false),
    ];

    public static IReadOnlyList<UsualLicence> OfServices { get; } =
    [
        new(Licence.Standard, "Terms of the work",
            """
            The seller does the work of the package that you choose, within its days, counted from your answers to the questions.
            You may ask for so many revisions as the package has. When you accept the work, or say nothing for three days after its delivery, it is done.
            What is made for you is yours to use, also to earn money, as soon as it is paid and accepted. What the seller brought along stays theirs.
            """),
    ];

    public static IReadOnlyList<UsualLicence> OfMemberships { get; } =
    [
        new(Licence.Standard, "Terms of the membership",
            """
            For one person, for as long as the plan says.

            You get what members get while you are one. You may not pass your access on.
            """),
    ];

    public static IReadOnlyList<UsualLicence> OfCourses { get; } =
    [
        new(Licence.Standard, "Terms of the course",
            """
            For one person, for good.

            You may follow the course as often as you like and use what you learn in work that earns money.
            You may not pass your access, the videos or the material on.
            """),
    ];

    public static IReadOnlyList<UsualLicence> OfWebinars { get; } =
    [
        new(Licence.Standard, "Terms of the seat",
            """
            One seat for one person, at the hour that is shown.

            If the webinar does not take place, you get your money back. You may not record it or pass your seat on.
            """),
    ];

    public static IReadOnlyList<UsualLicence> OfReselling { get; } =
    [
        new(Licence.Standard, "Terms of the service",
            """
            Ordered by link and quantity, charged for what is delivered.

            What is not delivered is paid back. Results that drop later are refilled only where the service says so.
            """),
    ];
}
