namespace Marketplace.Notifications;

/// <summary>What people are told about.</summary>
internal enum NoticeType
{
    Welcome,
    OrderPaid,
    Sale,
    PaymentFailed,

    /// <summary>The payer's bank holds the money until the team has looked.</summary>
    PaymentInReview,

    /// <summary>The team has looked, and took it: of a top-up, which has no other receipt.</summary>
    PaymentReviewed,

    /// <summary>To the team: a payment waits for it.</summary>
    ReviewNeeded,
    ProductApproved,
    ProductRejected,
    HoldReleased,
    Refund,
    SaleRefunded,

    FieldApproved,
    FieldRejected,

    /// <summary>Somebody, hopefully the owner, made an API key.</summary>
    ApiKeyCreated,

    /// <summary>A way to choose a password: by mail alone.</summary>
    PasswordLink,

    /// <summary>A way to sign in is another than before, or was used from a new place.</summary>
    Security,

    // Links to be followed once: by mail alone.
    SignInLink,
    ProofLink,
    VerifyEmail,
    ChangeEmail,
    RevertEmail,
    AccountSuspended,

    /// <summary>By mail alone: nobody reads an inbox that they cannot open.</summary>
    AccountBanned,
    AccountReinstated,

    /// <summary>The sanction stays.</summary>
    AppealAnswered,
    ReportDecided,

    /// <summary>A report was judged an abuse.</summary>
    FalseReport,

    /// <summary>The export of one's data can be fetched.</summary>
    DataReady,
    ErasureScheduled,

    /// <summary>To the team: somebody's money waits for it.</summary>
    PayoutRequested,
    PayoutApproved,
    PayoutSent,
    PayoutPaid,
    PayoutRejected,
    PayoutFailed,
    PayoutReturned,

    /// <summary>Somebody, hopefully the owner, named a place for their money.</summary>
    DestinationAdded,
    DestinationVerified,
    DestinationRefused,
    WalletAdjusted,
    DebtWrittenOff,
    /// <summary>A bank took a sale back, or has decided.</summary>
    SaleDisputed,

    /// <summary>Somebody wrote about one's product, or about oneself.</summary>
    ReviewPublished,

    /// <summary>The other side of a service has written, and waits.</summary>
    ReviewAwaited,
    ReviewAnswered,
    ReviewHidden,
    BoostStarted,
    BoostEnded,

    // For staff with the right finance.
    DisputeNews,
    BooksDiffer,

    /// <summary>To whom the owner of a shop wants in its team: by mail alone, and to an address that need not be an account's.</summary>
    ShopInvitation,
    MemberJoined,

    /// <summary>Somebody left the team, or the owner parted with the one who is told.</summary>
    MemberLeft,

    /// <summary>To the shop: a buyer wants money back.</summary>
    RefundAsked,
    RefundRejected,

    /// <summary>To the team: what a shop left unanswered, or a claim that both have spoken in.</summary>
    RequestWaits,

    /// <summary>A parcel did not leave, or work was not delivered, in time.</summary>
    LineLate,

    /// <summary>Work waits for its buyer.</summary>
    WorkWaits,
    ParcelShipped,
    ParcelDelivered,

    /// <summary>A payment came too late, and goes back.</summary>
    MoneyReturned,

    // What buyer and seller do not agree on.
    ClaimOpened,
    ClaimAnswered,
    ClaimDecided,

    /// <summary>A trial ends in three days: the first payment comes.</summary>
    TrialEnding,
    SubscriptionRenewed,

    /// <summary>A period could not be paid: what to do.</summary>
    SubscriptionUnpaid,
    SubscriptionEnded,

    /// <summary>A saved search finds something new.</summary>
    SearchFound,

    /// <summary>Something waits in a cart that was left alone.</summary>
    CartLeft,

    /// <summary>The market's invoice of a month's commission.</summary>
    CommissionInvoice,
}

/// <param name="Icon">Name of its icon.</param>
/// <param name="Always">A receipt, or about somebody's money or safety: nobody turns it off.</param>
/// <param name="MailOnly">Nothing that stands in an inbox.</param>
internal sealed record NoticeRule(NoticeType Type, NoticeClass Class, string Icon, bool Always = false, bool MailOnly = false)
{
    public static readonly IReadOnlyList<NoticeRule> All =
    [
        new(NoticeType.OrderPaid, NoticeClass.Info, Icon: "receipt", Always: true),
        new(NoticeType.PaymentFailed, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.PaymentInReview, NoticeClass.Update, Icon: "hourglass", Always: true),
        new(NoticeType.PaymentReviewed, NoticeClass.Update, Icon: "wallet", Always: true),
        new(NoticeType.ReviewNeeded, NoticeClass.Update, Icon: "shield-check", Always: true),
        new(NoticeType.Refund, NoticeClass.Update, Icon: "undo-2", Always: true),
        new(NoticeType.TrialEnding, NoticeClass.Update, Icon: "hourglass", Always: true),
        new(NoticeType.SubscriptionRenewed, NoticeClass.Info, Icon: "receipt", Always: true),
        new(NoticeType.SubscriptionUnpaid, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.SubscriptionEnded, NoticeClass.Update, Icon: "circle-check", Always: true),
        new(NoticeType.Sale, NoticeClass.Info, Icon: "shopping-bag"),
        new(NoticeType.SaleRefunded, NoticeClass.Alert, Icon: "undo-2"),
        new(NoticeType.HoldReleased, NoticeClass.Update, Icon: "wallet"),
        new(NoticeType.ProductApproved, NoticeClass.Update, Icon: "circle-check"),
        new(NoticeType.ProductRejected, NoticeClass.Alert, Icon: "pencil"),
        new(NoticeType.FieldApproved, NoticeClass.Update, Icon: "tags"),
        new(NoticeType.FieldRejected, NoticeClass.Update, Icon: "tags"),
        new(NoticeType.Welcome, NoticeClass.Info, Icon: "sparkles"),
        new(NoticeType.ApiKeyCreated, NoticeClass.Alert, Icon: "key-round", Always: true),
        new(NoticeType.PasswordLink, NoticeClass.Alert, Icon: "key-round", Always: true, MailOnly: true),
        new(NoticeType.Security, NoticeClass.Alert, Icon: "shield-alert", Always: true),
        new(NoticeType.SignInLink, NoticeClass.Alert, Icon: "key-round", Always: true, MailOnly: true),
        new(NoticeType.ProofLink, NoticeClass.Alert, Icon: "key-round", Always: true, MailOnly: true),
        new(NoticeType.VerifyEmail, NoticeClass.Alert, Icon: "mail", Always: true, MailOnly: true),
        new(NoticeType.ChangeEmail, NoticeClass.Alert, Icon: "mail", Always: true, MailOnly: true),
        new(NoticeType.RevertEmail, NoticeClass.Alert, Icon: "shield-alert", Always: true, MailOnly: true),
        new(NoticeType.AccountSuspended, NoticeClass.Alert, Icon: "triangle-alert", Always: true),
        new(NoticeType.AccountBanned, NoticeClass.Alert, Icon: "triangle-alert", Always: true, MailOnly: true),
        new(NoticeType.AccountReinstated, NoticeClass.Update, Icon: "circle-check", Always: true),
        new(NoticeType.AppealAnswered, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.ReportDecided, NoticeClass.Update, Icon: "flag", Always: true),
        new(NoticeType.FalseReport, NoticeClass.Alert, Icon: "flag", Always: true),
        new(NoticeType.DataReady, NoticeClass.Update, Icon: "download", Always: true),
        new(NoticeType.ErasureScheduled, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.PayoutRequested, NoticeClass.Update, Icon: "banknote", Always: true),
        new(NoticeType.PayoutApproved, NoticeClass.Update, Icon: "banknote"),
        new(NoticeType.PayoutSent, NoticeClass.Update, Icon: "banknote"),
        new(NoticeType.PayoutPaid, NoticeClass.Update, Icon: "banknote", Always: true),
        new(NoticeType.PayoutRejected, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.PayoutFailed, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.PayoutReturned, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.DestinationAdded, NoticeClass.Alert, Icon: "shield-alert", Always: true),
        new(NoticeType.DestinationVerified, NoticeClass.Update, Icon: "circle-check"),
        new(NoticeType.DestinationRefused, NoticeClass.Alert, Icon: "circle-alert", Always: true),
        new(NoticeType.WalletAdjusted, NoticeClass.Alert, Icon: "scale", Always: true),
        new(NoticeType.DebtWrittenOff, NoticeClass.Update, Icon: "scale", Always: true),
        new(NoticeType.SaleDisputed, NoticeClass.Alert, Icon: "shield-alert", Always: true),
        new(NoticeType.ReviewPublished, NoticeClass.Info, Icon: "star"),
        new(NoticeType.ReviewAwaited, NoticeClass.Info, Icon: "star"),
        new(NoticeType.ReviewAnswered, NoticeClass.Info, Icon: "message-square"),
        new(NoticeType.ReviewHidden, NoticeClass.Alert, Icon: "eye-off"),
        new(NoticeType.BoostStarted, NoticeClass.Update, Icon: "megaphone"),
        new(NoticeType.BoostEnded, NoticeClass.Update, Icon: "megaphone"),
        new(NoticeType.DisputeNews, NoticeClass.Alert, Icon: "shield-alert", Always: true),
        new(NoticeType.CartLeft, NoticeClass.Promo, Icon: "shopping-cart"),
        new(NoticeType.SearchFound, NoticeClass.Update, Icon: "bookmark"),
        new(NoticeType.BooksDiffer, NoticeClass.Alert, Icon: "triangle-alert", Always: true),
        new(NoticeType.ShopInvitation, NoticeClass.Info, Icon: "users", Always: true, MailOnly: true),
        new(NoticeType.MemberJoined, NoticeClass.Update, Icon: "users"),
        new(NoticeType.MemberLeft, NoticeClass.Update, Icon: "users"),
        new(NoticeType.RefundAsked, NoticeClass.Alert, Icon: "undo-2", Always: true),
        new(NoticeType.RefundRejected, NoticeClass.Alert, Icon: "undo-2", Always: true),
        new(NoticeType.RequestWaits, NoticeClass.Update, Icon: "scale", Always: true),
        new(NoticeType.LineLate, NoticeClass.Alert, Icon: "clock", Always: true),
        new(NoticeType.WorkWaits, NoticeClass.Update, Icon: "hourglass"),
        new(NoticeType.ParcelShipped, NoticeClass.Update, Icon: "truck"),
        new(NoticeType.ParcelDelivered, NoticeClass.Update, Icon: "package-check"),
        new(NoticeType.MoneyReturned, NoticeClass.Alert, Icon: "undo-2", Always: true),
        new(NoticeType.ClaimOpened, NoticeClass.Alert, Icon: "scale", Always: true),
        new(NoticeType.ClaimAnswered, NoticeClass.Update, Icon: "message-square"),
        new(NoticeType.ClaimDecided, NoticeClass.Alert, Icon: "scale", Always: true),
        new(NoticeType.CommissionInvoice, NoticeClass.Info, Icon: "receipt", Always: true),
    ];

    /// <summary>Its link is sealed until it is written.</summary>
    public bool IsMailedLink => Type is NoticeType.SignInLink or NoticeType.ProofLink or NoticeType.VerifyEmail or NoticeType.ChangeEmail or NoticeType.RevertEmail;

    /// <summary>About money, and so its mails say.</summary>
    public bool IsMoney => Type is NoticeType.OrderPaid or NoticeType.PaymentFailed or NoticeType.PaymentInReview or NoticeType.PaymentReviewed or NoticeType.Refund or NoticeType.SaleDisputed or NoticeType.MoneyReturned
        or NoticeType.SubscriptionRenewed or NoticeType.SubscriptionUnpaid;

    /// <summary>What people may turn off.</summary>
    public static IEnumerable<NoticeRule> Optional => All.Where(r => !r.Always);

    public static NoticeRule Of(NoticeType type) => All.First(r => r.Type == type);
}
