using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What a buyer receives; never shown, only downloaded through an order.</summary>
internal sealed class OriginalFile
{
    private OriginalFile()
    {
    }

    public OriginalFile(Guid id, Guid product, Blob blob, string fileName, IReadOnlyList<string>? contents = null)
    {
        Id = id;
        ProductId = product;
        BlobKey = blob.Key;
        FileName = fileName;
        ContentType = blob.ContentType;
        Size = blob.Size;
        Sha256 = blob.Sha256;
        Contents = contents?.ToArray();
    }

    public Guid Id { get; private set; }

    public Guid ProductId { get; private set; }

    public string BlobKey { get; private set; } = "";

    public string FileName { get; private set; } = "";

    public string ContentType { get; private set; } = "";

    public long Size { get; private set; }

    public byte[] Sha256 { get; private set; } = [];

    /// <summary>What is inside an archive.</summary>
    public string[]? Contents { get; private set; }

    public int Position { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public OriginalFile At(int position)
    {
        Position = position;
        return this;
    }

    public void Withdraw(DateTimeOffset now) => WithdrawnAt ??= now;
}
