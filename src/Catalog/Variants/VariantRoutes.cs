using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Attributes, and the variants that are made of them.</summary>
internal static class VariantRoutes
{
    public static void MapVariants(this IEndpointRouteBuilder api)
    {
        api.MapGet("/attributes", async (NpgsqlDataSource source, CancellationToken stop) => new { Data = await AttributeList.List(source, stop) })
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListAttributes").WithTags("Catalog").WithSummary("By what variants can differ, with the values of each.");
        api.MapPost("/attributes", (AddAttribute.Request request, Caller caller, UnitOfWork work, IAudit audit) => AddAttribute.Handle(request, caller, work, audit))
            .Writes<AddAttribute.Request, AttributeView>(201, location: _ => "/api/v1/attributes")
            .ForRight(Rights.Moderation).NotForKeys().WithName("AddAttribute").WithTags("Catalog").WithSummary("One more thing by which variants can differ. Staff.");
        api.MapPost("/attributes/{attribute}/values", (string attribute, AddAttribute.Value request, Caller caller, UnitOfWork work, IAudit audit) => AddAttribute.Handle(attribute, request, caller, work, audit))
            .Writes<AddAttribute.Value, VariantValue>(201, location: _ => "/api/v1/attributes")
            .ForRight(Rights.Moderation).NotForKeys().WithName("AddAttributeValue").WithTags("Catalog").WithSummary("One more value of an attribute. Staff.");
        api.MapGet("/products/{slug}/variants", VariantList.BySlug)
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ReadVariants").WithTags("Catalog").WithSummary("What a thing comes in, with price and stock of each.");
        api.MapPut("/products/{id:guid}/variants", (
                    Guid id, SaveVariants.Request request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, Stock stock, ProductKinds kinds, NpgsqlDataSource source, TimeProvider clock) =>
                SaveVariants.Handle(id, Versions.Expected(http), request, caller, db, work, stock, kinds, source, clock))
            .Writes<SaveVariants.Request, VariantList.Reply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("SaveVariants").WithTags("Catalog").WithSummary("All variants of the caller's product at once, with prices and stock; needs If-Match.");
    }
}
