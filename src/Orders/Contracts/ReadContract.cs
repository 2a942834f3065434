using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The contract as it was rendered at the purchase.</summary>
/// <param name="Sha256">Of the content in UTF-8, hexadecimal.</param>
/// <param name="Content">HTML of ours; what people wrote stands in it as text.</param>
internal sealed record ContractReply(Guid ItemId, Guid OrderId, string Title, string Template, string Language, DateTimeOffset MadeAt, string Sha256, string Content);

/// <summary>For the two parties, and for support.</summary>
internal sealed class ReadContract(OrdersDb db, IBlobStore blobs, Secrets secrets)
{
    /// <exception cref="Refused">404 for everybody else, and where there is no licence; 409 <c>contract_not_ready</c> in the moment after the payment.</exception>
    public async Task<ContractReply> Handle(Guid item, Caller caller, CancellationToken stop)
    {
        var line = await db.Items.AsNoTracking().SingleOrDefaultAsync(i => i.Id == item && i.State != ItemState.Pending, stop);
        if (line is null || !(line.Buyer == caller.Account || line.Seller == caller.Account || caller.Has(Rights.Support)) || !Contract.Belongs(line)) throw Refused.NotFound();

        var contract = await db.Contracts.AsNoTracking().SingleOrDefaultAsync(c => c.ItemId == item, stop)
            ?? throw new Refused("contract_not_ready", 409, "The contract is being written. Look again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
        await using var file = blobs.Open(contract.BlobKey);
        var sealedBytes = new byte[file.Length];
        await file.ReadExactlyAsync(sealedBytes, stop);
        var bytes = secrets.Open(Contract.Row(item), sealedBytes);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(contract.Sha256)) throw new InvalidOperationException($"The contract of line {item} is not what was made.");
        return new ContractReply(item, line.OrderId, line.Title, contract.Template, contract.Language, contract.MadeAt, Convert.ToHexStringLower(contract.Sha256), Encoding.UTF8.GetString(bytes));
    }
}
