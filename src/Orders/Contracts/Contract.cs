namespace Marketplace.Orders;

/// <summary>The contract of a line's licence, as it was rendered when the line was paid. The bytes are a sealed blob; the hash proves them.</summary>
internal sealed class Contract
{
    private Contract()
    {
    }

    public Contract(Guid item, string template, string language, byte[] sha256, string blobKey, DateTimeOffset now) =>
        (ItemId, Template, Language, Sha256, BlobKey, MadeAt) = (item, template, language, sha256, blobKey, now);

    public Guid ItemId { get; private set; }

    /// <summary>Which version of the text, e.g. <c>licence-1</c>.</summary>
    public string Template { get; private set; } = "";

    public string Language { get; private set; } = "";

    public byte[] Sha256 { get; private set; } = [];

    public string BlobKey { get; private set; } = "";

    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>A line that was bought under a licence has a contract.</summary>
    public static bool Belongs(OrderItem item) => DigitalDelivery.Licenses(item.Kind) && !string.IsNullOrWhiteSpace(item.Terms);

    /// <summary>Name of the row that its bytes are sealed to.</summary>
    public static string Row(Guid item) => $"orders.contracts/{item}";
}
