using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Notifications;

[DbContext(typeof(NotificationsDb)), Migration("0001_notifications")]
internal sealed class NotificationTables : SqlMigration;

[DbContext(typeof(NotificationsDb)), Migration("0002_sign_in")]
internal sealed class SignInMails : SqlMigration;
[DbContext(typeof(NotificationsDb)), Migration("0009_moderation")]
internal sealed class ModerationNotices : SqlMigration;
[DbContext(typeof(NotificationsDb)), Migration("0002_field_requests")]
internal sealed class FieldRequestNotices : SqlMigration;
[DbContext(typeof(NotificationsDb)), Migration("0009_notice_types")]
internal sealed class NoticeTypes : SqlMigration;
[DbContext(typeof(NotificationsDb)), Migration("0010_preference_types")]
internal sealed class PreferenceTypes : SqlMigration;
