using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One payout as the team sees it: whose, where to, what speaks against it, and what may be done.</summary>
[Authorize("right:finance"), StepUp, WritesInSteps, RequestSizeLimit(PayByHand.ProofLimit + 100_000)]
internal sealed class AdminPayoutPage(
    Caller caller, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, PayoutTerms terms, Secrets secrets, Blobs blobs, IAudit audit, NpgsqlDataSource source, TimeProvider clock,
    IEnumerable<IPayoutProvider> providers, LedgerNames names, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Payout Payout { get; private set; } = null!;

    public Destination Destination { get; private set; } = null!;

    public bool TwoNeeded { get; private set; }

    public RiskHints? Hints { get; private set; }

    public IReadOnlyList<Payout> Earlier { get; private set; } = [];

    public PersonWallet Wallet { get; private set; } = null!;

    public DestinationDetails? Revealed { get; private set; }

    public Guid Me => caller.Account;

    public LedgerNames Names => names;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        db.ChangeTracker.Clear();
        await work.Read(async () =>
        {
            Payout = await db.Payouts.AsNoTracking().SingleOrDefaultAsync(p => p.Id == Id, stop) ?? throw Refused.NotFound();
            Destination = await db.Destinations.AsNoTracking().SingleAsync(d => d.Id == Payout.DestinationId, stop);
            Earlier = await db.Payouts.AsNoTracking().Where(p => p.Account == Payout.Account && p.Id != Id).OrderByDescending(p => p.CreatedAt).Take(8).ToListAsync(stop);
            TwoNeeded = Payout.State == PayoutState.Requested && Payout.Amount > terms.FourEyesAbove(Payout.Amount.Currency) && await FourEyes.Are(work);
            Hints = await RiskHints.Of(Payout, Destination, work, clock.GetUtcNow(), stop);
            return true;
        });
        Wallet = new PersonWallet(Payout.Account, (await ShowWallet.Handle(Caller.For(Payout.Account), source, stop)).Data);
        await names.Learn([Payout.Account, Payout.FirstBy, Payout.ApprovedBy], [], stop);
    }

    public Task<IActionResult> OnPostApproveAsync() => Act(
        () => ReviewPayout.Approve(Id, caller, db, work, terms, audit, clock), done => done.State == PayoutState.Approved ? texts["Approved."] : texts["Noted. Another person approves it, too."]);

    public Task<IActionResult> OnPostRejectAsync()
    {
        var request = new ReviewPayout.Rejection(Input.Reason ?? "");
        new ReviewPayout.Validator().MustAccept(request);
        return Act(() => ReviewPayout.Reject(Id, request, caller, db, work, ledger, audit, clock), _ => texts["Rejected. The money is back in the wallet."]);
    }

    public Task<IActionResult> OnPostFailedAsync()
    {
        var request = new PayByHand.Failure(Input.Reason ?? "");
        new PayByHand.Validator().MustAccept(request);
        return Act(() => PayByHand.Failed(Id, request, caller, db, work, ledger, audit, clock), _ => texts["Noted. The money is back in the wallet."]);
    }

    public async Task<IActionResult> OnPostPaidAsync()
    {
        if (Input.File is not { Length: > 0 } file) throw Refused.Invalid(new FieldError("/file", "file_missing", "Choose the proof."));
        await using var content = file.OpenReadStream();
        await PayByHand.Paid(Id, new IncomingFile("proof", file.FileName, content), caller, db, work, writes, ledger, blobs, audit, clock, HttpContext.RequestAborted);
        this.Toast(texts["Paid. The person is told."]);
        return LocalRedirect($"/admin/payouts/{Id}");
    }

    public async Task<IActionResult> OnPostReturnedAsync()
    {
        if (Input.File is not { Length: > 0 } file) throw Refused.Invalid(new FieldError("/file", "file_missing", "Choose the proof."));
        await using var content = file.OpenReadStream();
        await ReturnPayout.Handle(Id, new ReturnPayout.Request(Input.Reason ?? ""), new IncomingFile("proof", file.FileName, content), caller, providers, db, work, writes, ledger, blobs, audit, clock, HttpContext.RequestAborted);
        this.Toast(texts["Noted. The money is back in the wallet."]);
        return LocalRedirect($"/admin/payouts/{Id}");
    }

    public async Task<IActionResult> OnPostRevealAsync()
    {
        Revealed = await writes.Run(async () =>
        {
            var to = await db.Payouts.Where(p => p.Id == Id).Select(p => (Guid?)p.DestinationId).SingleOrDefaultAsync() ?? throw Refused.NotFound();
            return await RevealDestination.Handle(to, caller, db, secrets, audit, clock);
        });
        Response.Headers.CacheControl = "private, no-store";
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnGetProofAsync()
    {
        await Load();
        return Paper(Payout.Proof, Payout.ProofType);
    }

    public async Task<IActionResult> OnGetReturnProofAsync()
    {
        await Load();
        return Paper(Payout.ReturnProof, Payout.ReturnProofType);
    }

    private FileStreamResult Paper(string? key, string? type)
    {
        if (key is null || type is null) throw Refused.NotFound();
        Response.Headers.CacheControl = "private, no-store";
        return File(blobs.Open(key), type, $"payout-{Id:N}.{(type == "application/pdf" ? "pdf" : type == "image/png" ? "png" : "jpg")}");
    }

    private async Task<IActionResult> Act(Func<Task<PayoutView>> act, Func<PayoutView, LocalizedString> said)
    {
        this.Toast(said(await writes.Run(act)));
        return LocalRedirect($"/admin/payouts/{Id}");
    }

    public sealed class Form
    {
        public string? Reason { get; set; }

        public IFormFile? File { get; set; }
    }
}
