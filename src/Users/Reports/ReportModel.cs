namespace Marketplace.Users;

/// <summary>The link "Report", for the page of any reportable thing: <c>&lt;partial name="/Pages/Users/_Report.cshtml" model='new ReportModel("product", id)' /&gt;</c>.</summary>
/// <param name="Kind">An <see cref="Marketplace.Kernel.ISubject.Kind"/> that is reportable.</param>
public sealed record ReportModel(string Kind, Guid Id);
