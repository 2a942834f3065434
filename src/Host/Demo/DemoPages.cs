namespace Marketplace.Host;

/// <summary>Words of the demo's market and shops about themselves. All made up.</summary>
internal static class DemoPages
{
    private sealed record Text(string Title, string Summary, string Body);

    public static IReadOnlyList<(string Slug, object En, object Fr)> All { get; } =
    [
        ("about", new Text("About", "A record shop run by the people who make the records.", """
            We are a market for people who make music and for people who need some. No labels between, no subscription to listen, and a licence that fits on one page.

            ## How it works

            1. **Listen.** Every beat, loop and kit has a preview. It goes on while you look around.
            2. **Buy.** The files and the licence are in your library as soon as you have paid.
            3. **Make something.** What you may do with it stands in the [licence](/pages/licences), in words that you can read.

            ## Who is behind it

            Five people and a dog. Write to us at [hello@demo.example](mailto:hello@demo.example): somebody answers, usually before lunch.
            """), new Text("À propos", "Un disquaire tenu par celles et ceux qui font les disques.", """
            Nous sommes un marché pour les gens qui font de la musique et pour ceux qui en cherchent. Pas de label entre les deux, pas d’abonnement pour écouter, et une licence qui tient sur une page.

            ## Comment ça marche

            1. **Écoutez.** Chaque beat, boucle ou kit a un extrait. Il continue pendant que vous flânez.
            2. **Achetez.** Les fichiers et la licence sont dans votre bibliothèque dès le paiement.
            3. **Créez.** Ce que vous pouvez en faire est écrit dans la [licence](/pages/licences), avec des mots qui se lisent.

            ## Qui sommes-nous ?

            Cinq personnes et un chien. Écrivez-nous à [hello@demo.example](mailto:hello@demo.example) : quelqu’un répond, en général avant midi.
            """)),
        ("terms", new Text("Terms", "What buyers, sellers and the market promise each other.", """
            These terms belong to a demonstration. Before you open a market of your own, let somebody who knows the law where you are write yours.

            ## Buying

            You buy a licence from the seller; the market takes the payment and keeps it safe until the time for complaints is over. Digital goods are delivered at once, and with your consent to that the right to withdraw ends.

            ## Selling

            What you sell is yours to sell. You keep your rights: a licence lends them. What breaks the rules is taken down, with a reason, and you may appeal.

            ## When something goes wrong

            Ask the seller first. When that does not help, ask us from the order's page.
            """), new Text("Conditions", "Ce que se promettent acheteurs, vendeurs et marché.", """
            Ces conditions sont celles d’une démonstration. Avant d’ouvrir votre propre marché, faites écrire les vôtres par quelqu’un qui connaît le droit de votre pays.

            ## Acheter

            Vous achetez une licence au vendeur ; le marché encaisse et garde l’argent jusqu’à la fin du délai de réclamation. Les biens numériques sont livrés aussitôt, et votre accord met fin au droit de rétractation.

            ## Vendre

            Ce que vous vendez vous appartient. Vous gardez vos droits : une licence les prête. Ce qui enfreint les règles est retiré, avec un motif, et vous pouvez faire appel.

            ## En cas de problème

            Adressez-vous d’abord au vendeur. Si cela ne suffit pas, écrivez-nous depuis la page de la commande.
            """)),
        ("privacy", new Text("Privacy", "What is kept about you, how long, and how to take it with you.", """
            | What | Why | How long |
            |---|---|---|
            | Your name and e-mail address | to know that you are you | as long as you have an account |
            | Orders and invoices | the law asks for them | ten years |
            | Where you are signed in | so that you can end a session | 90 days |

            You can [download all of it](/account/data) or have it erased, without asking anybody. No advertising, no trackers, nothing is sold.
            """), new Text("Confidentialité", "Ce que nous gardons de vous, combien de temps, et comment l’emporter.", """
            | Quoi | Pourquoi | Combien de temps |
            |---|---|---|
            | Votre nom et votre adresse e-mail | savoir que c’est bien vous | tant que vous avez un compte |
            | Commandes et factures | la loi l’exige | dix ans |
            | Où vous êtes connecté | pour pouvoir fermer une session | 90 jours |

            Vous pouvez [tout télécharger](/account/data) ou tout faire effacer, sans demander à personne. Pas de publicité, pas de traceurs, rien n’est vendu.
            """)),
        ("licences", new Text("Licences explained", "Personal, commercial, custom: what each allows, in plain words.", """
            | | Personal | Commercial |
            |---|---|---|
            | Sing over it, share it for free | yes | yes |
            | Sell it, stream it for money | no | yes |
            | Use it in a film or an advert | no | yes |
            | Sell the beat itself | no | no |

            The text that counts is the one on the product's page: it is frozen into your contract when you pay, and stays in your library for good.
            """), new Text("Les licences expliquées", "Personnelle, commerciale, sur mesure : ce que chacune permet, en clair.", """
            | | Personnelle | Commerciale |
            |---|---|---|
            | Chanter dessus, partager gratuitement | oui | oui |
            | Vendre, diffuser contre rémunération | non | oui |
            | Utiliser dans un film ou une publicité | non | oui |
            | Revendre le beat lui-même | non | non |

            Le texte qui compte est celui de la page du produit : il est figé dans votre contrat au moment du paiement et reste dans votre bibliothèque.
            """)),
        ("fees", new Text("Fees", "What the market keeps of a sale, by tier.", """
            Opening a shop costs nothing. Of what you sell, the market keeps a share that depends on your tier:

            | Tier | Share of the market | Featured products |
            |---|---|---|
            | Basic | 40 % | 0 |
            | Standard | 30 % | 1 |
            | Premium | 20 % | 3 |
            | Ultimate | 10 % | 10 |

            A shop on the Starter plan holds 25 products, on Pro 250, on Scale as many as it likes. Each sale shows what you earn to the cent, and when you can take it out.
            """), new Text("Frais", "Ce que le marché garde d’une vente, selon le niveau.", """
            Ouvrir une boutique ne coûte rien. Sur vos ventes, le marché garde une part qui dépend de votre niveau :

            | Niveau | Part du marché | Produits mis en avant |
            |---|---|---|
            | Basic | 40 % | 0 |
            | Standard | 30 % | 1 |
            | Premium | 20 % | 3 |
            | Ultimate | 10 % | 10 |

            Une boutique en formule Débutant contient 25 produits, en Pro 250, en Grande échelle autant qu’elle veut. Chaque vente montre ce que vous gagnez au centime près, et quand vous pouvez le retirer.
            """)),
    ];

    /// <summary>By the shop's handle.</summary>
    public static IReadOnlyDictionary<string, object> Promises { get; } = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["nova"] = new
        {
            announcement = "New drill on Fridays. Tell me what you made with the last one.",
            links = new[] { "https://novareyes.example.com/", "https://video.example.org/novareyes" },
            shipping = "Files are in your library **at once**: WAV, and the stems where it says so.",
            refunds = "Something broken or not as described? Write within **14 days** and you get your money back.\n\n- Taste is no reason, that is what previews are for.\n- A wrong key is.",
            terms = "Credit me as *prod. Nova Reyes* where there is room for credits.",
        },
        ["delia"] = new
        {
            announcement = "En juillet, l’atelier enregistre dehors : attendez-vous à des cigales.",
            links = new[] { "https://ateliermarchand.example.com/" },
            shipping = "Les fichiers arrivent tout de suite dans votre bibliothèque.",
            refunds = "Un fichier abîmé ? Écrivez-moi sous **14 jours**, je rembourse.",
        },
        ["ingrid"] = new
        {
            announcement = "Stems on request: write before you buy.",
            shipping = "WAV, 24 bit, at once. Stems within two days.",
            returns = "Nothing to send back: it is only air.",
            refunds = "If a cue does not fit your picture and you have not published it, I refund within **30 days**.",
        },
    };
}
