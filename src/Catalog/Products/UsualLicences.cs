namespace Marketplace.Catalog;

/// <summary>Names and terms that a seller may take as they are or rewrite. Short on purpose: a buyer should read them.</summary>
internal static class UsualLicences
{
    public static (string Name, string Terms) Of(Licence licence) => licence switch
    {
        Licence.Personal => ("Personal licence",
            """
            For yourself, without earning money with it.

            You may record over the beat, play the result to friends, show it on your own pages and perform it where no entry is paid.
            You may not sell or monetise the result, register the beat as your own, or pass the files on.
            The producer keeps all rights in the beat and is named: "Produced by" and the shop's name.
            """),
        Licence.Commercial => ("Commercial licence",
            """
            For releases that earn money.

            You may record over the beat and publish one song with it, everywhere and without limit of time: streaming, sale, video, paid concerts, radio.
            You keep what the song earns. You may not resell the beat itself, pass the files on, or forbid others to use the same beat.
            The producer keeps all rights in the beat and is named: "Produced by" and the shop's name.
            """),
        _ => ("Custom licence",
            """
            As agreed between buyer and producer in writing. Without such an agreement the terms of a personal licence apply: no income from the result,
            no passing on of the files, the producer keeps all rights and is named.
            """),
    };
}
