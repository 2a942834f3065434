using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Notifications;

/// <summary>The module's table of contents.</summary>
public static class NotificationsModule
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<NotificationsDb>(NotificationsDb.Schema);
        services.AddSingleton(Invariants.Embedded<NotificationsDb>("notifications", "invariants.sql"));

        services.AddScoped<Wording>();
        services.AddScoped<ListNotifications>();
        services.AddSingleton<Unsubscribe>();
        services.AddSingleton<IValidator<ChangePreferences.Request>, ChangePreferences.Validator>();

        services.AddScoped<Tell>();
        services.AddScoped<Hearing>();
        services.AddReaction<AccountOpened, OnAccountOpened>();
        services.AddReaction<PasswordLinkAsked, OnPasswordLinkAsked>();
        services.AddReaction<MailedLinkAsked, OnMailedLinkAsked>();
        services.AddReaction<AccountSecured, OnAccountSecured>();
        services.AddReaction<PersonSuspended, OnPersonSuspended>();
        services.AddReaction<PersonBanned, OnPersonBanned>();
        services.AddReaction<PersonReinstated, OnPersonReinstated>();
        services.AddReaction<AppealAnswered, OnAppealAnswered>();
        services.AddReaction<ReportDecided, OnReportDecided>();
        services.AddReaction<ReportFalse, OnReportFalse>();
        services.AddReaction<DataExported, OnDataExported>();
        services.AddReaction<ErasureAsked, OnErasureAsked>();
        services.AddScoped<IPersonalData, InboxData>();
        services.AddReaction<ApiKeyCreated, OnApiKeyCreated>();
        services.AddReaction<OrderPaid, OnOrderPaid>();
        services.AddReaction<CartLeft, OnCartLeft>();
        services.AddReaction<RefundProcessed, OnRefundProcessed>();
        services.AddReaction<TrialEnding, OnTrialEnding>();
        services.AddReaction<SubscriptionPaid, OnSubscriptionPaid>();
        services.AddReaction<SubscriptionUnpaid, OnSubscriptionUnpaid>();
        services.AddReaction<SubscriptionEnded, OnSubscriptionEnded>();
        services.AddReaction<PaymentFailed, OnPaymentFailed>();
        services.AddReaction<PaymentAuthorised, OnPaymentAuthorised>();
        services.AddReaction<PaymentCaptured, OnPaymentReviewed>();
        services.AddReaction<SaleDisputed, OnSaleDisputed>();
        services.AddReaction<PaymentDisputed, OnPaymentDisputed>();
        services.AddReaction<BooksDiffer, OnBooksDiffer>();
        services.AddReaction<HoldReleased, OnHoldReleased>();
        services.AddReaction<FieldRequestDecided, OnFieldRequestDecided>();
        services.AddReaction<PayoutMoved, OnPayoutMoved>();
        services.AddReaction<PayoutDestinationAdded, OnPayoutDestinationAdded>();
        services.AddReaction<PayoutDestinationDecided, OnPayoutDestinationDecided>();
        services.AddReaction<WalletAdjusted, OnWalletAdjusted>();
        services.AddReaction<DebtWrittenOff, OnDebtWrittenOff>();
        services.AddReaction<ProductApproved, OnProductApproved>();
        services.AddReaction<ProductRejected, OnProductRejected>();
        services.AddReaction<ShopInvited, OnShopInvited>();
        services.AddReaction<MemberJoined, OnMemberJoined>();
        services.AddReaction<MemberLeft, OnMemberLeft>();
        services.AddReaction<RefundAsked, OnRefundAsked>();
        services.AddReaction<RefundRejected, OnRefundRejected>();
        services.AddReaction<RefundEscalated, OnRefundEscalated>();
        services.AddReaction<LineLate, OnLineLate>();
        services.AddReaction<InvoiceIssued, OnInvoiceIssued>();
        services.AddReaction<WorkAwaitsBuyer, OnWorkAwaitsBuyer>();
        services.AddReaction<ParcelShipped, OnParcelShipped>();
        services.AddReaction<ParcelDelivered, OnParcelDelivered>();
        services.AddReaction<OrderMoneyReturned, OnOrderMoneyReturned>();
        services.AddReaction<ClaimOpened, OnClaimOpened>();
        services.AddReaction<ClaimAnswered, OnClaimAnswered>();
        services.AddReaction<ClaimDecided, OnClaimDecided>();
        services.AddReaction<SavedSearchFound, OnSavedSearchFound>();
        services.AddReaction<ReviewPublished, OnReviewPublished>();
        services.AddReaction<ReviewAwaited, OnReviewAwaited>();
        services.AddReaction<ReviewAnswered, OnReviewAnswered>();
        services.AddReaction<ReviewHidden, OnReviewHidden>();
        services.AddReaction<BoostStarted, OnBoostStarted>();
        services.AddReaction<BoostEnded, OnBoostEnded>();

        services.AddSingleton(provider => new MailSettings(configuration, provider.GetRequiredService<IHostEnvironment>(), provider.GetRequiredService<PublicAddress>()));
        services.AddSingleton<SmtpMailer>();
        services.AddSingleton<Mailbox>();
        services.AddSingleton<IMailer>(provider => provider.GetRequiredService<MailSettings>().Way == MailWay.Smtp ? provider.GetRequiredService<SmtpMailer>() : provider.GetRequiredService<Mailbox>());
        services.AddScoped<WriteMail>();
        services.AddScoped<ListMails>();
        services.AddScoped<ReadMailbox>();
        services.AddSchedule<SendMails>("notifications.send_mails", TimeSpan.FromSeconds(3));
        services.AddSchedule<PurgeMails>("notifications.purge_mails", TimeSpan.FromHours(6));

        services.AddSlot("header-end", 900, "/Pages/Notifications/_Bell.cshtml", CountUnread.Load);
        services.AddMenu<Texts>("account", 30, "Inbox", "/inbox", "bell");
        services.AddMenu<Texts>("account", 905, "Notifications", "/account/notifications", "bell-ring");
        services.AddMenu<Texts>("admin", 890, "Mail", "/admin/mail", "mail", right: Rights.System);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        api.MapGet("/notifications", (string? state, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "class")] string? notices, string? cursor, int? limit, ListNotifications list, Caller caller, CancellationToken stop) =>
                list.Handle(state == ListNotifications.Kept ? "" : state, notices, cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.NotificationsRead).WithName("ListNotifications").WithTags("Notifications").WithSummary("What the caller was told, newest first. Filters: state (unread, read, archived) and class (info, alert, promo, update).");
        api.MapGet("/notifications/unread-count", (Caller caller, NpgsqlDataSource source, CancellationToken stop) => CountUnread.Handle(caller, source, stop))
            .ForSignedIn().Scope(Scopes.NotificationsRead).WithName("CountUnread").WithTags("Notifications").WithSummary("How many are unread.");
        api.MapPost("/notifications/{id:guid}/read", (Guid id, Caller caller, NotificationsDb db, Wording wording, TimeProvider clock) => ReadNotification.Read(id, caller, db, wording, clock))
            .ForSignedIn().Writes<NoBody, NotificationReply>().Scope(Scopes.NotificationsWrite).WithName("ReadNotification").WithTags("Notifications").WithSummary("Marks one as read; once or again.");
        api.MapPost("/notifications/{id:guid}/archive", (Guid id, Caller caller, NotificationsDb db, Wording wording, TimeProvider clock) => ReadNotification.Archive(id, caller, db, wording, clock))
            .ForSignedIn().Writes<NoBody, NotificationReply>().Scope(Scopes.NotificationsWrite).WithName("ArchiveNotification").WithTags("Notifications").WithSummary("Puts one away; once or again.");
        api.MapPost("/notifications/read-all", (Caller caller, UnitOfWork work, TimeProvider clock) => ReadNotification.All(caller, work, clock))
            .ForSignedIn().Writes<NoBody, UnreadCount>().Scope(Scopes.NotificationsWrite).WithName("ReadAllNotifications").WithTags("Notifications").WithSummary("Marks all as read; says how many were not.");
        api.MapGet("/notifications/preferences", (Caller caller, NotificationsDb db, CancellationToken stop) => ReadPreferences.Handle(caller, db, stop))
            .ForSignedIn().NotForKeys().WithName("ReadNotificationPreferences").WithTags("Notifications").WithSummary("What reaches the caller, by type and way. Receipts always do and are not listed.");
        api.MapPut("/notifications/preferences", (ChangePreferences.Request request, Caller caller, NotificationsDb db, UnitOfWork work, TimeProvider clock) => ChangePreferences.Handle(request, caller, db, work, clock))
            .ForSignedIn().Writes<ChangePreferences.Request, PreferencesReply>().NotForKeys().WithName("ChangeNotificationPreferences").WithTags("Notifications").WithSummary("Turns types on and off; those not named stay.");
    }

    /// <summary>What stands outside of the API: the bell's number, the mail program's one click, a developer's mail.</summary>
    /// <exception cref="InvalidOperationException">The settings of mail are wrong; it says how.</exception>
    public static void MapNotificationsSite(this IEndpointRouteBuilder site)
    {
        var mail = site.ServiceProvider.GetRequiredService<MailSettings>();
        site.MapGet("/inbox/badge", async (Caller caller, NpgsqlDataSource source) => Results.Text(await CountUnread.Badge(caller, source)))
            .ForAnyone().ExcludeFromDescription();
        site.MapPost(Unsubscribe.Route, Unsubscribe.Post).ForAnyone().WithMetadata(new WriteRoute(null, 302, false, true)).ExcludeFromDescription();
        if (mail.Way == MailWay.Mailbox) site.MapGet("/dev/mailbox/{id:guid}/html", ReadMailbox.Html).ForAnyone().ExcludeFromDescription();
    }
}
