using System.Globalization;
using Marketplace.Kernel;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications;

/// <param name="Action">What the link's button says.</param>
internal sealed record Words(string Title, string Text, string Action);

/// <summary>Says what happened, in the language of the request or of the mail.</summary>
internal sealed class Wording(IStringLocalizer<Texts> texts, IEnumerable<ISubject> subjects)
{
    /// <summary>Titles of all products and proposals that are mentioned. One query a kind.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Titles(IEnumerable<Facts> facts, CancellationToken stop = default)
    {
        var mentioned = facts.ToList();
        var titles = new Dictionary<Guid, string>();
        (string Kind, IEnumerable<Guid> Ids)[] kinds =
        [
            ("product", mentioned.SelectMany(f => f.Products)),
            ("field_request", mentioned.Select(f => f.FieldRequest).OfType<Guid>()),
            ("shop", mentioned.Select(f => f.Shop).OfType<Guid>()),
            ("saved_search", mentioned.Select(f => f.SavedSearch).OfType<Guid>()),
        ];
        foreach (var (kind, ids) in kinds)
        {
            var wanted = ids.Distinct().ToList();
            if (wanted.Count == 0 || subjects.FirstOrDefault(s => s.Kind == kind) is not { } asked) continue;
            foreach (var (id, subject) in await asked.Find(wanted, stop)) titles[id] = subject.Title;
        }

        return titles;
    }

    public Words Of(NoticeType type, Facts facts, IReadOnlyDictionary<Guid, string> titles) => type switch
    {
        NoticeType.Welcome => new(texts["Welcome to the market"], texts["Listen around and buy what you like. To sell, open a shop: it takes a minute."], texts["Look around"]),
        NoticeType.OrderPaid => new(texts["Order {0} is paid", Number(facts)], texts["{0}: {1} in all. What you bought waits in your library.", Names(facts, titles), Amount(facts)], texts["See the order"]),
        NoticeType.Sale => new(texts["You sold {0}", Names(facts, titles)], texts["Order {0} earns you {1}. It is held for a while, then it is yours to spend.", Number(facts), Amount(facts)], texts["See your sales"]),
        NoticeType.PaymentFailed when facts.Purpose == "order" => new(texts["Your payment did not go through"], texts["{0} for your order could not be taken. Nothing was charged; try again or pay in another way.", Amount(facts)], texts["Try again"]),
        NoticeType.PaymentFailed => new(texts["Your payment did not go through"], texts["{0} for your wallet could not be taken. Nothing was charged.", Amount(facts)], texts["See your wallet"]),
        NoticeType.TrialEnding => new(texts["Your trial of {0} ends on {1}", Names(facts, titles), Day(facts)], texts["Then {0} is taken for the first time. If you do not want that, cancel before: nothing is taken then.", Amount(facts)], texts["See the subscription"]),
        NoticeType.SubscriptionRenewed => new(texts["{0}: {1} is paid", Names(facts, titles), Amount(facts)], texts["Your subscription runs until {0}. The receipt is in your orders.", Day(facts)], texts["See the subscription"]),
        NoticeType.SubscriptionUnpaid => new(texts["{0} for {1} could not be taken", Amount(facts), Names(facts, titles)], Unpaid(facts), texts["Choose another way to pay"]),
        NoticeType.SubscriptionEnded => new(texts["Your subscription to {0} has ended", Names(facts, titles)], facts.Verdict switch
        {
            "unpaid" => texts["It could not be paid, also after several tries. You can become a member again at any time."],
            "refunded" => texts["You have the money of its last period back."],
            "completed" => texts["All payments of the plan are made. Thank you."],
            "withdrawn" => texts["The shop does not offer it any more. Nothing more is taken."],
            "staff" => texts["The market’s team has ended it. Nothing more is taken."],
            _ => texts["As you wished: nothing more is taken. You can become a member again at any time."],
        }, texts["See the subscription"]),
        NoticeType.PaymentInReview => new(texts["Your payment is being looked at"], facts.Purpose == "order"
            ? texts["Your bank holds {0} for your order until we have looked at the payment, on {1} at the latest. Nothing is taken yet, and you need not do anything.", Amount(facts), Day(facts)]
            : texts["Your bank holds {0} for your wallet until we have looked at the payment, on {1} at the latest. Nothing is taken yet, and you need not do anything.", Amount(facts), Day(facts)], texts["See the payment"]),
        NoticeType.PaymentReviewed => new(texts["{0} are in your wallet", Amount(facts)], texts["We have looked at your payment, and all is well."], texts["See your wallet"]),
        NoticeType.ReviewNeeded => new(texts["A payment of {0} wants to be looked at", Amount(facts)], texts["The payer’s bank holds the money. Take it or give it up by {0}; undecided, it is given up.", Day(facts)], texts["Look at the payment"]),
        NoticeType.SearchFound => new(
            facts.Count == 1 ? texts["One new find: {0}", SearchName(facts, titles)] : texts["{0} new finds: {1}", facts.Count >= 100 ? "99+" : $"{facts.Count}", SearchName(facts, titles)],
            texts["They fit a search that you saved. On its page you can stop these notices."], texts["See what is new"]),
        NoticeType.CartLeft => new(texts["Your cart is still here"], texts["{0} waits in it, at the price of today. If you no longer want it, do nothing: we remind you once.", facts.Count > 1 ? texts["{0} and {1} more", Names(facts, titles), facts.Count.Value - 1] : Names(facts, titles)], texts["Look at the cart"]),
        NoticeType.ProductApproved => new(texts["{0} is on sale", Names(facts, titles)], texts["The market’s team has looked at it. Everybody can find it now."], texts["See the product"]),
        NoticeType.ProductRejected => new(texts["{0} is not on sale yet", Names(facts, titles)], texts["The market’s team has sent it back. The note on its page says what to change."], texts["Read the note"]),
        NoticeType.HoldReleased when facts.Repaid is { Minor: > 0 } repaid => new(texts["{0} of your sales are released", Amount(facts)], texts["{0} of it repaid what you owed the market. The rest is yours to spend.", repaid], texts["See your wallet"]),
        NoticeType.HoldReleased => new(texts["{0} of your sales are released", Amount(facts)], texts["The time for which they were held is over: the money is yours to spend."], texts["See your wallet"]),
        NoticeType.Refund when facts.Whole == true => new(texts["You get {0} back", Amount(facts)], texts["{0} of order {1} is refunded in whole, and its files are closed.", Names(facts, titles), Number(facts)], texts["See the order"]),
        NoticeType.Refund => new(texts["You get {0} back", Amount(facts)], texts["{0} of order {1} is refunded in part.", Names(facts, titles), Number(facts)], texts["See the order"]),
        NoticeType.SaleRefunded => new(texts["A sale of {0} was refunded", Names(facts, titles)], texts["The buyer of order {0} gets {1} back.", Number(facts), Amount(facts)], texts["See your sales"]),
        NoticeType.FieldApproved => new(texts["{0} is in the list now", Field(facts, titles)], texts["You proposed it, and now everybody can choose it. Add it to your talents."], texts["Choose your talents"]),
        NoticeType.FieldRejected => new(texts["{0} does not join the list", Field(facts, titles)], texts["The market’s team has decided against it, and says why beside your proposal."], texts["See your proposals"]),
        NoticeType.ApiKeyCreated => new(texts["A new API key for your account"], texts["With it a program can act for you. If it was not you who made it, revoke it and choose a new password."], texts["See your API keys"]),
        NoticeType.PasswordLink when facts.First == true => new(texts["Choose your password"], texts["Your account is made, and what you bought is in it. Choose a password to come back to it; the link works once, for 24 hours."], texts["Choose a password"]),
        NoticeType.PasswordLink => new(texts["Choose a new password"], texts["Somebody, hopefully you, asked for a way to choose a new password. The link works once, for 24 hours. If it was not you, do nothing: nothing changes."], texts["Choose a password"]),
        NoticeType.SignInLink => new(texts["Your link to sign in"], texts["Open it in the browser in which you asked for it. It works once, for ten minutes. If it was not you who asked, do nothing: without that browser the link is worth nothing."], texts["Sign in"]),
        NoticeType.ProofLink => new(texts["Confirm that it is you"], texts["Somebody, hopefully you, is about to change something about the safety of your account. Open the link in the same browser; it works once, for ten minutes. If it was not you, sign that device out."], texts["Confirm"]),
        NoticeType.VerifyEmail => new(texts["Confirm your address"], texts["One press shows us that mail reaches you. The link works once, for 24 hours."], texts["Confirm"]),
        NoticeType.ChangeEmail => new(texts["Confirm your new address"], texts["Somebody, hopefully you, wants this address for an account at Marketplace. It changes when you confirm; the link works once, for 24 hours. If it was not you, do nothing."], texts["Confirm"]),
        NoticeType.RevertEmail => new(texts["The address of your account has changed"], texts["Your account now has another e-mail address. If it was you, all is well. If not, take your address back: the link works once, for seven days, and signs everybody out."], texts["That was not me"]),
        NoticeType.Security => Security(facts),
        NoticeType.AccountSuspended => new(texts["Your account is suspended"], facts.Until is { } until
            ? texts["Until {0} you can read everything, but not buy or sell. {1}", until.ToString("D", CultureInfo.CurrentCulture), Why(facts)]
            : texts["You can read everything, but not buy or sell. {0}", Why(facts)], texts["Why, and how to appeal"]),
        NoticeType.AccountBanned => new(texts["Your account is banned"], texts["You cannot sign in any more. {0}", Why(facts)], texts["To the market"]),
        NoticeType.AccountReinstated => new(texts["Your account is as it was"], texts["You can buy and sell again. {0}", Why(facts)], texts["Look around"]),
        NoticeType.AppealAnswered => new(texts["Your appeal is answered"], texts["The decision stands. {0}", Why(facts)], texts["Read the answer"]),
        NoticeType.ReportDecided when facts.Verdict == "upheld" => new(texts["Your report was right"], texts["Thank you. We looked at what you reported and act on it."], texts["See your reports"]),
        NoticeType.ReportDecided => new(texts["Your report was looked at"], texts["Thank you. We looked at what you reported and found nothing against the rules."], texts["See your reports"]),
        NoticeType.FalseReport when facts.Strikes >= 5 => new(texts["You can report nothing any more"], texts["{0} of your reports were made to harm somebody. Your reports are not taken any more.", facts.Strikes], texts["See your reports"]),
        NoticeType.FalseReport when facts.Until is { } until => new(texts["You cannot report anything for 30 days"], texts["{0} of your reports were made to harm somebody. Until {1} your reports are not taken.", facts.Strikes ?? 0, until.ToString("D", CultureInfo.CurrentCulture)], texts["See your reports"]),
        NoticeType.FalseReport => new(texts["One of your reports was false"], texts["It was made to harm somebody. After three of these you cannot report for 30 days, after five never again."], texts["See your reports"]),
        NoticeType.DataReady => new(texts["Your data is ready"], texts["You can download it for seven days. Nobody else can."], texts["Download it"]),
        NoticeType.ErasureScheduled => new(texts["Your account will be erased"], texts["It is erased on {0}. Sign in before then to keep it.", Day(facts)], texts["Keep it"]),
        NoticeType.PayoutRequested => new(texts["A payout of {0} waits for you", Amount(facts)], texts["Somebody wants their money. Look at it and approve it, or say why not."], texts["Look at the payout"]),
        NoticeType.PayoutApproved => new(texts["Your payout of {0} is approved", Amount(facts)], texts["It is sent to you next."], texts["See the payout"]),
        NoticeType.PayoutSent => new(texts["{0} are on their way to you", Amount(facts)], texts["A bank takes one to three working days."], texts["See the payout"]),
        NoticeType.PayoutPaid => new(texts["{0} were paid out to you", Amount(facts)], texts["The money has arrived where you wanted it."], texts["See the payout"]),
        NoticeType.PayoutRejected => new(texts["Your payout of {0} was rejected", Amount(facts)], texts["The money is back in your wallet. The payout’s page says why."], texts["See the payout"]),
        NoticeType.PayoutFailed => new(texts["Your payout of {0} did not arrive", Amount(facts)], texts["All of it is back in your wallet, with the fee. Look at where your money goes before you ask again."], texts["See the payout"]),
        NoticeType.PayoutReturned => new(texts["Your payout of {0} came back", Amount(facts)], texts["The bank sent it back after it had arrived. All of it is in your wallet again, with the fee; the payout’s page says why."], texts["See the payout"]),
        NoticeType.DestinationAdded => new(texts["A new place for your money"], facts.Until is { } usable
            ? texts["Payouts can go there from {0}. If it was not you who added it, remove it and change your password now.", usable.ToString("D", CultureInfo.CurrentCulture)]
            : texts["If it was not you who added it, remove it and change your password now."], texts["See where your money goes"]),
        NoticeType.DestinationVerified => new(texts["Your money can be paid out"], texts["The place that you named is verified."], texts["See where your money goes"]),
        NoticeType.DestinationRefused => new(texts["No money can be paid out there"], texts["The place that you named for your money was refused. The page says why."], texts["See where your money goes"]),
        NoticeType.WalletAdjusted when facts.Amount is { Minor: < 0 } taken => new(texts["{0} were taken from your wallet", (-taken).ToString(CultureInfo.CurrentCulture)], texts["The market’s team has corrected your balance. Your adjustments say why."], texts["See why"]),
        NoticeType.WalletAdjusted => new(texts["{0} were put into your wallet", Amount(facts)], texts["The market’s team has corrected your balance. Your adjustments say why."], texts["See why"]),
        NoticeType.DebtWrittenOff => new(texts["You no longer owe {0}", Amount(facts)], texts["The market expects it back no more."], texts["See your wallet"]),
        NoticeType.SaleDisputed when facts.Verdict == "won" => new(texts["You have {0} again", Amount(facts)], texts["The buyer's bank decided the dispute of {0}, order {1}, for you.", Names(facts, titles), Number(facts)], texts["See the dispute"]),
        NoticeType.SaleDisputed when facts.Verdict == "lost" => new(texts["A dispute of {0} was lost", Names(facts, titles)], texts["The buyer's bank decided about order {0}: the {1} stay with the buyer.", Number(facts), Amount(facts)], texts["See the dispute"]),
        NoticeType.SaleDisputed => new(texts["A sale of {0} is disputed", Names(facts, titles)], texts["The buyer's bank took {0} of order {1} back, and wants to know what speaks for you. Say it before the market answers.", Amount(facts), Number(facts)], texts["Say what happened"]),
        NoticeType.DisputeNews when facts.Verdict == "won" => new(texts["A dispute of {0} was won", Amount(facts)], texts["The provider has returned the money, and it is with those who were paid."], texts["See the dispute"]),
        NoticeType.DisputeNews when facts.Verdict == "lost" => new(texts["A dispute of {0} was lost", Amount(facts)], texts["The money stays with the payer. If it was a seller's fault, the fee can be charged."], texts["See the dispute"]),
        NoticeType.DisputeNews => new(texts["A payment of {0} is disputed", Amount(facts)], facts.Purpose == "top_up" ? texts["The payer's bank took a top-up back. Answer before its day is over."] : texts["The payer's bank took money of an order back. Answer before its day is over."], texts["See the dispute"]),
        NoticeType.BooksDiffer => new(texts["The books of {0} differ from ours", facts.Provider ?? ""], texts["{0} differences of {1} wait for an explanation.", facts.Count ?? 0, Day(facts)], texts["Look at them"]),
        NoticeType.CommissionInvoice when facts.Purpose == "commission_credit" => new(texts["Credit note {0} of the market", facts.Name ?? ""], texts["Last month more commission came back to you by refunds than was taken: {0}. You have it already.", Amount(facts)], texts["See the credit note"]),
        NoticeType.CommissionInvoice => new(texts["Invoice {0} of the market", facts.Name ?? ""], texts["The commission of last month, {0}, was taken from your sales already: nothing is to be paid.", Amount(facts)], texts["See the invoice"]),
        NoticeType.ShopInvitation => new(texts["An invitation to the team of {0}", Shop(facts, titles)], texts["{0} asks you to help in the shop. The link works once, for seven days, and only for this address. If you do not know them, do nothing.", facts.Name ?? Shop(facts, titles)], texts["Look at the invitation"]),
        NoticeType.MemberJoined => new(texts["The team of {0} has grown", Shop(facts, titles)], texts["Somebody whom you invited has joined."], texts["See the team"]),
        NoticeType.MemberLeft when facts.Purpose == "removed" => new(texts["You are no longer of the team of {0}", Shop(facts, titles)], texts["Its owner has parted with you. What you made for it stays there."], texts["See where you work"]),
        NoticeType.MemberLeft => new(texts["Somebody has left the team of {0}", Shop(facts, titles)], texts["What they made for the shop stays there."], texts["See the team"]),
        NoticeType.RefundAsked => new(texts["{0} is asked back", Amount(facts)], texts["The buyer of {0}, order {1}, says why. Answer by {2}; after that the market’s team decides.", Names(facts, titles), Number(facts), Day(facts)], texts["Read and answer"]),
        NoticeType.RefundRejected => new(texts["No money back for {0}", Names(facts, titles)], texts["The {0} that you asked back of order {1} are not given. On its page you read why, and what you can do.", Amount(facts), Number(facts)], texts["Read the answer"]),
        NoticeType.RequestWaits when facts.Purpose == "claim" => new(texts["A claim about {0} waits for a decision", Names(facts, titles)], texts["The seller of order {0} has answered: both sides have spoken.", Number(facts)], texts["Look at the claim"]),
        NoticeType.RequestWaits => new(texts["A shop has not answered: {0}", Names(facts, titles)], texts["For five days nobody answered what was asked back of order {0}. Decide it.", Number(facts)], texts["Look at the request"]),
        NoticeType.LineLate when facts.Purpose == "buyer" => new(texts["{0} is late", Names(facts, titles)], texts["It should have come by {0}. You can wait, or cancel it and have all your money back.", Day(facts)], texts["See what you can do"]),
        NoticeType.LineLate when facts.Purpose == "parcel" => new(texts["{0} should have left", Names(facts, titles)], texts["Order {0} was to be sent by {1}. Send it today: its buyer may cancel it now.", Number(facts), Day(facts)], texts["See your parcels"]),
        NoticeType.LineLate => new(texts["Your work on {0} is late", Names(facts, titles)], texts["Order {0} was due on {1}. Deliver it soon: its buyer may cancel it now.", Number(facts), Day(facts)], texts["Go to the work"]),
        NoticeType.WorkWaits when facts.Purpose == "delivered" => new(texts["{0} is delivered: have a look", Names(facts, titles)], texts["If you say nothing it counts as accepted on {0}.", Day(facts)], texts["See what was delivered"]),
        NoticeType.WorkWaits => new(texts["{0} waits for your answers", Names(facts, titles)], texts["The work begins when you have answered the seller’s questions. Without them your money goes back on {0}.", Day(facts)], texts["Answer the questions"]),
        NoticeType.ParcelShipped => new(texts["{0} is on its way", Names(facts, titles)], texts["Order {0} was handed over. Say so when you have it.", Number(facts)], texts["See the order"]),
        NoticeType.ParcelDelivered when facts.Purpose == "buyer" => new(texts["{0} should be with you", Names(facts, titles)], texts["It was sent two weeks ago, so order {0} counts as delivered. If it is not there, open a claim.", Number(facts)], texts["See the order"]),
        NoticeType.ParcelDelivered => new(texts["{0} has arrived", Names(facts, titles)], texts["Order {0} is delivered. Your money becomes available some days from now.", Number(facts)], texts["See your sales"]),
        NoticeType.MoneyReturned => new(texts["{0} go back to you", Amount(facts)], texts["Your payment for order {0} came when it could not be fulfilled any more. The whole of it goes back the way it came.", Number(facts)], texts["See the order"]),
        NoticeType.ClaimOpened => new(texts["A claim about {0}", Names(facts, titles)], texts["The buyer of order {0} says that something is wrong. Answer by {1}: without a word of yours it is decided for them. Until then its money waits.", Number(facts), Day(facts)], texts["Read and answer"]),
        NoticeType.ClaimAnswered => new(texts["News in the claim about {0}", Names(facts, titles)], texts["Somebody has written or shown something about order {0}.", Number(facts)], texts["Look at the claim"]),
        NoticeType.ClaimDecided when facts.Verdict == "upheld" && facts.Purpose == "buyer" => new(texts["Your claim about {0} was upheld", Names(facts, titles)], texts["{0} of order {1} go back to you.", Amount(facts), Number(facts)], texts["Read the decision"]),
        NoticeType.ClaimDecided when facts.Verdict == "upheld" => new(texts["The claim about {0} was decided for the buyer", Names(facts, titles)], texts["{0} of order {1} went back. What is left of its money goes by its rule again.", Amount(facts), Number(facts)], texts["Read the decision"]),
        NoticeType.ClaimDecided => new(texts["The claim about {0} was rejected", Names(facts, titles)], texts["Nothing of order {0} goes back by it.", Number(facts)], texts["Read the decision"]),
        NoticeType.ReviewPublished when facts.Purpose == "profile" => new(texts["Somebody wrote about you"], texts["{0} of 5 stars. You can answer once, below what they wrote.", facts.Count ?? 0], texts["Read it"]),
        NoticeType.ReviewPublished => new(texts["A review of {0}", Names(facts, titles)], texts["{0} of 5 stars. You can answer once, below what they wrote.", facts.Count ?? 0], texts["Read it"]),
        NoticeType.ReviewAwaited => new(texts["What was it like? {0}", Names(facts, titles)], texts["The other side has written. Neither of you sees what the other wrote until you have, too, or until {0}.", Day(facts)], texts["Write a review"]),
        NoticeType.ReviewAnswered when facts.Product is null => new(texts["Your review was answered"], texts["Who you wrote about has answered below it."], texts["Read it"]),
        NoticeType.ReviewAnswered => new(texts["Your review of {0} was answered", Names(facts, titles)], texts["The seller has answered below it."], texts["Read it"]),
        NoticeType.ReviewHidden => new(facts.Product is null ? texts["Your review was taken down"] : texts["Your review of {0} was taken down", Names(facts, titles)], texts["The market’s team says why beside it."], texts["See why"]),
        NoticeType.BoostStarted => new(facts.Product is null ? texts["Your boost runs"] : texts["The boost of {0} runs", Names(facts, titles)], texts["It is shown until {0}.", Day(facts)], texts["See what it brings"]),
        NoticeType.BoostEnded => new(facts.Product is null ? texts["Your boost has ended"] : texts["The boost of {0} has ended", Names(facts, titles)], facts.Amount is { Minor: > 0 }
            ? texts["{0} for the days that had not begun are back in your wallet.", Amount(facts)] : texts["Its page says what it brought."], texts["See what it brought"]),
        _ => throw new InvalidOperationException($"There are no words for {type}."),
    };

    /// <summary>What a type is called where one turns it on and off.</summary>
    public string NameOf(NoticeType type) => type switch
    {
        NoticeType.Welcome => texts["Welcome to the market"],
        NoticeType.Sale => texts["Somebody bought from you"],
        NoticeType.SaleRefunded => texts["A sale was refunded"],
        NoticeType.HoldReleased => texts["Held money was released"],
        NoticeType.SearchFound => texts["A saved search finds something new"],
        NoticeType.CartLeft => texts["Your cart was left alone"],
        NoticeType.ProductApproved => texts["A product went on sale"],
        NoticeType.ProductRejected => texts["A product was sent back"],
        NoticeType.FieldApproved => texts["A skill or genre that you proposed is there"],
        NoticeType.FieldRejected => texts["A skill or genre that you proposed was turned down"],
        NoticeType.OrderPaid => texts["Receipts"],
        NoticeType.ApiKeyCreated => texts["New API keys"],
        NoticeType.PasswordLink => texts["Links to choose a password"],
        NoticeType.PaymentFailed => texts["Failed payments"],
        NoticeType.TrialEnding or NoticeType.SubscriptionRenewed or NoticeType.SubscriptionUnpaid or NoticeType.SubscriptionEnded => texts["Your subscriptions"],
        NoticeType.PaymentInReview or NoticeType.PaymentReviewed => texts["Payments that are looked at"],
        NoticeType.ReviewNeeded => texts["Payments that wait for the team"],
        NoticeType.Refund => texts["Refunds"],
        NoticeType.Security => texts["Safety of your account"],
        NoticeType.SignInLink or NoticeType.ProofLink => texts["Links to sign in or confirm"],
        NoticeType.VerifyEmail or NoticeType.ChangeEmail or NoticeType.RevertEmail => texts["Links about your address"],
        NoticeType.AccountSuspended or NoticeType.AccountBanned or NoticeType.AccountReinstated or NoticeType.AppealAnswered => texts["The standing of your account"],
        NoticeType.ReportDecided or NoticeType.FalseReport => texts["What you reported"],
        NoticeType.DataReady or NoticeType.ErasureScheduled => texts["Your data"],
        NoticeType.PayoutRequested => texts["Payouts that wait for the team"],
        NoticeType.PayoutApproved => texts["Approved payouts"],
        NoticeType.PayoutSent => texts["Payouts on their way"],
        NoticeType.PayoutPaid or NoticeType.PayoutRejected or NoticeType.PayoutFailed or NoticeType.PayoutReturned => texts["How your payouts end"],
        NoticeType.DestinationVerified => texts["Verified places for your money"],
        NoticeType.DestinationAdded or NoticeType.DestinationRefused => texts["Places for your money"],
        NoticeType.WalletAdjusted or NoticeType.DebtWrittenOff => texts["Corrections of your wallet"],
        NoticeType.SaleDisputed => texts["Disputes of your sales"],
        NoticeType.ReviewPublished => texts["Somebody reviewed what you sell, or you"],
        NoticeType.ReviewAwaited => texts["Somebody waits for your review"],
        NoticeType.ReviewAnswered => texts["Answers to your reviews"],
        NoticeType.ReviewHidden => texts["A review of yours was taken down"],
        NoticeType.BoostStarted => texts["A boost runs"],
        NoticeType.BoostEnded => texts["A boost has ended"],
        NoticeType.DisputeNews => texts["Disputes of payments"],
        NoticeType.BooksDiffer => texts["Differences from providers' books"],
        NoticeType.ShopInvitation => texts["Invitations to a team"],
        NoticeType.MemberJoined => texts["Somebody joined your team"],
        NoticeType.MemberLeft => texts["Somebody left a team"],
        NoticeType.RefundAsked or NoticeType.RefundRejected => texts["Money that is asked back"],
        NoticeType.RequestWaits => texts["Requests and claims that wait for the team"],
        NoticeType.LineLate => texts["What is late"],
        NoticeType.WorkWaits => texts["Work that waits for you"],
        NoticeType.ParcelShipped => texts["Parcels on their way"],
        NoticeType.ParcelDelivered => texts["Parcels that arrived"],
        NoticeType.MoneyReturned => texts["Payments that went back"],
        NoticeType.ClaimOpened or NoticeType.ClaimDecided => texts["Claims and how they end"],
        NoticeType.CommissionInvoice => texts["The market’s invoices"],
        NoticeType.ClaimAnswered => texts["News in a claim"],
        _ => throw new InvalidOperationException($"There is no name for {type}."),
    };

    private string Unpaid(Facts facts)
    {
        string why = facts.Purpose switch
        {
            "insufficient_funds" => texts["There was not enough money."],
            "authentication_required" => texts["Your bank wants you to confirm the payment yourself."],
            "payment_method_gone" or "expired_card" => texts["The way to pay is not there any more, or has expired."],
            _ => texts["Your bank declined the payment."],
        };
        var then = facts.ExpiresAt is { } retry ? texts["We try again on {0}.", retry.ToString("D", CultureInfo.CurrentCulture)] : texts["We do not try again by ourselves: choose another way to pay."];
        return $"{why} {then} {texts["Your access stays open until {0}.", Day(facts)]}";
    }

    private Words Security(Facts facts)
    {
        var notYou = texts["If it was you, all is well. If not, change your password now and sign out everywhere else."].Value;
        var title = facts.Purpose switch
        {
            "new_device" when facts.Device is { } device => texts["A sign-in from a new device: {0}", device],
            "new_device" => texts["A sign-in from a new device"],
            "password_changed" => texts["Your password has changed"],
            "email_changed" => texts["The address of your account has changed"],
            "email_reverted" => texts["Your address is back"],
            "passkey_added" => texts["A passkey was added to your account"],
            "passkey_removed" => texts["A passkey was removed from your account"],
            "authenticator_on" => texts["An authenticator app guards your account"],
            "authenticator_off" => texts["No authenticator app guards your account any more"],
            "recovery_codes_made" => texts["Your recovery codes are new"],
            "recovery_code_used" => texts["A recovery code was used to sign in"],
            _ => texts["Something about the safety of your account has changed"],
        };
        return new(title, notYou, facts.Purpose == "new_device" ? texts["See where you are signed in"] : texts["See your security"]);
    }

    public string Title(Guid product, IReadOnlyDictionary<Guid, string> titles) => titles.GetValueOrDefault(product) ?? texts["A product"];

    private string Shop(Facts facts, IReadOnlyDictionary<Guid, string> titles) => facts.Shop is { } shop && titles.TryGetValue(shop, out var name) ? name : texts["A shop"];

    // In the inbox the page says it; a mail says it itself.
    private string Why(Facts facts) => facts.Reason is { } reason ? texts["The reason: {0}", reason] : "";

    private string Field(Facts facts, IReadOnlyDictionary<Guid, string> titles) => facts.FieldRequest is { } id && titles.TryGetValue(id, out var value) ? value : texts["What you proposed"];

    private static string Number(Facts facts) => facts.Number is { } number ? number.ToString(CultureInfo.InvariantCulture) : "";

    private static string Day(Facts facts) => facts.Until?.ToString("D", CultureInfo.CurrentCulture) ?? "";

    private static string Amount(Facts facts) => facts.Amount?.ToString(CultureInfo.CurrentCulture) ?? "";

    // "Midnight Ferry", "Midnight Ferry and 2 more".
    private string Names(Facts facts, IReadOnlyDictionary<Guid, string> titles)
    {
        var products = facts.Products.ToList();
        var first = products.Count == 0 ? texts["A product"].Value : Title(products[0], titles);
        return products.Count > 1 ? texts["{0} and {1} more", first, products.Count - 1] : first;
    }

    private string SearchName(Facts facts, IReadOnlyDictionary<Guid, string> titles) =>
        facts.SavedSearch is { } search && titles.TryGetValue(search, out var name) ? name : texts["a saved search"];
}
