using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <param name="Format"><c>sepa</c> or <c>csv</c>.</param>
/// <param name="Sha256">Of the file, in hex: the same for ever.</param>
internal sealed record BatchView(Guid Id, string Format, int Payouts, Money Total, string Sha256, Guid MadeBy, DateTimeOffset MadeAt);

/// <param name="Format">How they can be sent.</param>
internal sealed record WaitingForBatch(string Format, Currency Currency, int Payouts, Money Total);

/// <summary>
/// Files for the market's bank: pain.001 for euro to the SEPA area, CSV for all else. Making one marks its payouts as sent, in the same
/// transaction; it is made once and downloaded as often as needed, always the same bytes.
/// </summary>
internal static class PayoutBatches
{
    private const int Most = 500;

    public sealed record Request(string Format, string Currency);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Format).Must(f => f is "sepa" or "csv").WithErrorCode("format").WithMessage("A batch is sepa or csv.");
            RuleFor(r => r.Currency).Must(c => Currency.TryOf(c, out _)).WithErrorCode("currency").WithMessage("Say which currency to pay out.");
        }
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>; 409 <c>batch_empty</c>, <c>debtor_missing</c>.</exception>
    public static async Task<BatchView> Make(
        Request request, Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, Secrets secrets, PayoutTerms terms, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        caller.MustBeFresh(clock);
        if (request.Format == "sepa" && terms.Debtor is null) throw new Refused("debtor_missing", 409, "The operator has not said yet whose account a SEPA file draws on.");
        var currency = Currency.Of(request.Currency);
        var now = clock.GetUtcNow();
        var waiting = await db.Payouts.FromSql(
            $"SELECT * FROM wallet.payouts WHERE state = 'approved' AND way = {ByBank.Name} AND currency = {currency.Code} ORDER BY id LIMIT {Most * 2} FOR UPDATE").ToListAsync();
        var lines = (await Open(waiting, db, secrets)).Where(l => FormatOf(l.Payout, l.To) == request.Format).Take(Most).ToList();
        if (lines.Count == 0) throw new Refused("batch_empty", 409, "No approved payout waits for such a file.");

        var id = Ids.New(clock);
        var content = request.Format == "sepa" ? Sepa(id, lines, terms.Debtor!.Value, now) : Csv(lines);
        var total = lines.Sum(l => l.Payout.Net.Minor);
        await work.Command(
            "INSERT INTO wallet.payout_batches (id, format, currency, payouts, total, sha256, content, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            id, request.Format, currency.Code, lines.Count, total, SHA256.HashData(content), secrets.Seal(Row(id), content), caller.Account, now).Execute();
        foreach (var (payout, _) in lines)
        {
            payout.Send(id, now);
            work.Publish(payout.Told(PayoutStep.Sent));
        }

        await ledger.Post(lines.ConvertAll(l => PayoutPostings.Sent(l.Payout)));
        await audit.Write(caller, "wallet.payout_batch_made", "payout_batch", id, new { payouts = lines.Count, total, currency = currency.Code, request.Format });
        return new BatchView(id, request.Format, lines.Count, new Money(total, currency), Convert.ToHexStringLower(SHA256.HashData(content)), caller.Account, now);
    }

    /// <summary>The file, which names people and their accounts: each download stands in the audit log.</summary>
    /// <exception cref="Refused">404; 403 <c>step_up_required</c>.</exception>
    public static async Task<(string Name, string ContentType, byte[] Content)> Download(Guid id, Caller caller, UnitOfWork work, Secrets secrets, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var batch = (await work.Command("SELECT format, content, made_at FROM wallet.payout_batches WHERE id = $1", id)
            .List(r => (Format: r.GetString(0), Content: r.GetFieldValue<byte[]>(1), At: r.GetFieldValue<DateTimeOffset>(2)))).Cast<(string Format, byte[] Content, DateTimeOffset At)?>().SingleOrDefault() ?? throw Refused.NotFound();
        caller.MustBeFresh(clock);
        await audit.Write(caller, "wallet.payout_batch_downloaded", "payout_batch", id);
        var name = string.Create(CultureInfo.InvariantCulture, $"payouts-{batch.At:yyyy-MM-dd}-{id.ToString("N")[^6..]}");
        return batch.Format == "sepa" ? ($"{name}.xml", "application/xml", secrets.Open(Row(id), batch.Content)) : ($"{name}.csv", "text/csv; charset=utf-8", secrets.Open(Row(id), batch.Content));
    }

    /// <summary>What could be put into a file now.</summary>
    public static async Task<IReadOnlyList<WaitingForBatch>> Waiting(WalletDb db, Secrets secrets, CancellationToken stop)
    {
        var approved = await db.Payouts.AsNoTracking().Where(p => p.State == PayoutState.Approved && p.Way == ByBank.Name).OrderBy(p => p.Id).Take(Most * 4).ToListAsync(stop);
        return (await Open(approved, db, secrets)).GroupBy(l => (Format: FormatOf(l.Payout, l.To), l.Payout.CurrencyCode)).OrderBy(g => g.Key.CurrencyCode, StringComparer.Ordinal).ThenBy(g => g.Key.Format, StringComparer.Ordinal)
            .Select(g => new WaitingForBatch(g.Key.Format, Currency.Of(g.Key.CurrencyCode), g.Count(), Money.Of(g.Sum(l => l.Payout.Net.Minor), g.Key.CurrencyCode))).ToList();
    }

    public static Task<List<BatchView>> Made(UnitOfWork work, CancellationToken stop) => work.Command(
        "SELECT id, format, payouts, total, currency, sha256, made_by, made_at FROM wallet.payout_batches ORDER BY made_at DESC, id DESC LIMIT 50")
        .List(r => new BatchView(r.GetGuid(0), r.GetString(1), r.GetInt32(2), Money.Of(r.GetInt64(3), r.GetString(4)), Convert.ToHexStringLower(r.GetFieldValue<byte[]>(5)), r.GetGuid(6), r.GetFieldValue<DateTimeOffset>(7)), stop);

    private static async Task<List<(Payout Payout, DestinationDetails To)>> Open(List<Payout> payouts, WalletDb db, Secrets secrets)
    {
        var ids = payouts.Select(p => p.DestinationId).Distinct().ToList();
        var destinations = await db.Destinations.AsNoTracking().Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.Open(secrets));
        return payouts.ConvertAll(p => (p, destinations[p.DestinationId]));
    }

    private static string FormatOf(Payout payout, DestinationDetails to) => payout.CurrencyCode == "EUR" && Iban.IsSepa(to.Iban) ? "sepa" : "csv";

    private static string Row(Guid id) => $"wallet.payout_batches/{id}";

    /// <summary>ISO 20022 pain.001.001.03, one payment block, a credit transfer a payout.</summary>
    private static byte[] Sepa(Guid id, List<(Payout Payout, DestinationDetails To)> lines, (string Name, string Iban, string Bic) debtor, DateTimeOffset now)
    {
        const string space = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";
        var (count, sum) = (lines.Count.ToString(CultureInfo.InvariantCulture), Major(lines.Aggregate(Money.Zero(lines[0].Payout.Amount.Currency), (all, line) => all + line.Payout.Net)));
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            void Tag(string name, string value) => xml.WriteElementString(name, space, value);
            void In(string name, Action inside)
            {
                xml.WriteStartElement(name, space);
                inside();
                xml.WriteEndElement();
            }

            void Account(string name, string iban) => In(name, () => In("Id", () => Tag("IBAN", iban)));
            void Agent(string name, string bic) => In(name, () => In("FinInstnId", () => Tag("BIC", bic)));

            xml.WriteStartDocument();
            In("Document", () => In("CstmrCdtTrfInitn", () =>
            {
                In("GrpHdr", () =>
                {
                    Tag("MsgId", id.ToString("N"));
                    Tag("CreDtTm", now.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
                    Tag("NbOfTxs", count);
                    Tag("CtrlSum", sum);
                    In("InitgPty", () => Tag("Nm", Latin(debtor.Name)));
                });
                In("PmtInf", () =>
                {
                    Tag("PmtInfId", id.ToString("N"));
                    Tag("PmtMtd", "TRF");
                    Tag("BtchBookg", "true");
                    Tag("NbOfTxs", count);
                    Tag("CtrlSum", sum);
                    In("PmtTpInf", () => In("SvcLvl", () => Tag("Cd", "SEPA")));
                    Tag("ReqdExctnDt", now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                    In("Dbtr", () => Tag("Nm", Latin(debtor.Name)));
                    Account("DbtrAcct", debtor.Iban);
                    Agent("DbtrAgt", debtor.Bic);
                    Tag("ChrgBr", "SLEV");
                    foreach (var (payout, to) in lines)
                    {
                        In("CdtTrfTxInf", () =>
                        {
                            In("PmtId", () => Tag("EndToEndId", payout.Id.ToString("N")));
                            In("Amt", () =>
                            {
                                xml.WriteStartElement("InstdAmt", space);
                                xml.WriteAttributeString("Ccy", payout.CurrencyCode);
                                xml.WriteString(Major(payout.Net));
                                xml.WriteEndElement();
                            });
                            if (to.Bic is { } bic) Agent("CdtrAgt", bic);
                            In("Cdtr", () => Tag("Nm", Latin(to.Holder!)));
                            Account("CdtrAcct", to.Iban!);
                            In("RmtInf", () => Tag("Ustrd", $"Payout {payout.Id:N}"));
                        });
                    }
                });
            }));
        }

        return bytes.ToArray();
    }

    private static byte[] Csv(List<(Payout Payout, DestinationDetails To)> lines) => new UTF8Encoding(false).GetBytes(string.Concat(
        lines.Select(l => Kernel.Csv.Line(l.Payout.Id, l.Payout.Net, l.Payout.CurrencyCode, l.To.Holder, l.To.Iban, l.To.Bic, l.To.AccountNumber, l.To.BankCode, l.To.Country))
            .Prepend("payout,amount,currency,holder,iban,bic,account_number,bank_code,country").Select(line => line + "\r\n")));

    private static string Major(Money money) => money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture);

    // Banks take the letters of the Latin alphabet, and not all of them.
    private static string Latin(string text)
    {
        var plain = text.Replace("ß", "ss", StringComparison.Ordinal).Replace("ø", "o", StringComparison.Ordinal).Replace("Ø", "O", StringComparison.Ordinal).Replace("æ", "ae", StringComparison.Ordinal).Replace("Æ", "AE", StringComparison.Ordinal)
            .Replace("œ", "oe", StringComparison.Ordinal).Replace("Œ", "OE", StringComparison.Ordinal).Replace("ł", "l", StringComparison.Ordinal).Replace("Ł", "L", StringComparison.Ordinal).Normalize(NormalizationForm.FormD);
        var taken = new string([.. plain.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Select(c => char.IsAsciiLetterOrDigit(c) || "/-?:().,'+".Contains(c, StringComparison.Ordinal) ? c : ' ')]);
        var kept = string.Join(' ', taken.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return kept.Length > 70 ? kept[..70] : kept.Length == 0 ? "-" : kept;
    }
}
