using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>The module's table of contents.</summary>
public static class CatalogModule
{
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<CatalogDb>(CatalogDb.Schema);
        services.AddScoped<ICatalog, Shelf>();
        services.AddScoped<Stock>();
        services.AddSchedule<FreeReservations>("catalog.free_reservations", TimeSpan.FromMinutes(1));
        services.AddScoped<ISubject, ProductSubject>();
        services.AddScoped<ISubject, ShopSubject>();
        services.AddSchedule<AddUpSales>("catalog.add_up_sales", TimeSpan.FromMinutes(1));
        services.AddSchedule<EndSales>("catalog.end_sales", TimeSpan.FromMinutes(1));
        services.AddSchedule<WorkImports>("catalog.work_imports", TimeSpan.FromSeconds(1));
        services.AddSchedule<PurgeImports>("catalog.purge_imports", TimeSpan.FromHours(6));
        services.AddSingleton<ImportFields>();
        services.AddScoped<ImportProduct>();
        services.AddScoped<ImportVariants>();
        services.AddScoped<ImportChunk>();
        services.AddSearch();
        services.AddSingleton(Invariants.Embedded<CatalogDb>("catalog", "catalog.invariants.sql"));

        services.AddSingleton<ProductKind, BeatKind>();
        services.AddSingleton<ProductKind, SampleKind>();
        services.AddSingleton<ProductKind, KitKind>();
        services.AddSingleton<ProductKind, DigitalKind>();
        services.AddSingleton<ProductKind, PhysicalKind>();
        services.AddSingleton<ProductKind, ServiceKind>();
        services.AddSingleton<ProductKind, MembershipKind>();
        services.AddSingleton<ProductKind, CourseKind>();
        services.AddSingleton<ProductKind, WebinarKind>();
        services.AddSingleton<ProductKind, ResellerKind>();
        services.AddSingleton<ProductKinds>();
        services.AddSingleton(new AddFile.Limits(configuration.GetValue("Catalog:MaxAudioBytes", 500_000_000L)));

        services.AddSingleton<IValidator<OpenShop.Request>, OpenShop.Validator>();
        services.AddSingleton<IValidator<EditShop.Request>, EditShop.Validator>();
        services.AddSingleton<IValidator<CreateProduct.Request>, CreateProduct.Validator>();
        services.AddSingleton<IValidator<EditProduct.Request>, EditProduct.Validator>();
        services.AddSingleton<IValidator<SaveVariants.Request>, SaveVariants.Validator>();
        services.AddSingleton<IValidator<ArrangeImages.Request>, ArrangeImages.Validator>();
        services.AddSingleton<IValidator<AddAttribute.Request>, AddAttribute.Validator>();
        services.AddSingleton<IValidator<AddAttribute.Value>, AddAttribute.ValueValidator>();
        services.AddSingleton<IValidator<MapImport.Request>, MapImport.Validator>();
        services.AddSingleton<IValidator<JudgeProduct.Approval>, JudgeProduct.ApprovalValidator>();
        services.AddSingleton<IValidator<JudgeProduct.Rejection>, JudgeProduct.RejectionValidator>();

        services.AddShopLife();
        services.AddStorefront();
        services.AddCms();
        services.AddScoped<IPersonalData, ShopData>();
        services.AddScoped<IPersonalData, ImportData>();
        services.AddReviews();
        services.AddTags();
        services.AddBoosts();
        services.AddReaction<PersonSuspended, OnPersonSuspended>();
        services.AddReaction<PersonBanned, OnPersonBanned>();
        services.AddReaction<PersonReinstated, OnPersonReinstated>();
        services.AddSlot("admin-person", 30, "/Pages/Admin/Catalog/_PersonShop.cshtml", PersonShop.Load);

        services.AddSlot("profile", 10, "/Pages/Catalog/_ShopOfPerson.cshtml", ShopOfPerson.Load);
        services.AddSlot("home", 10, "/Pages/Catalog/_Home.cshtml", Home.Load);
        services.AddMenu<Texts>("sell", 10, "Overview", "/sell", "store");
        services.AddMenu<Texts>("sell", 20, "Products", "/sell/products", "disc-3", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 25, "Import", "/sell/imports", "file-up", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 90, "Shop", "/sell/shop", "settings-2");
        services.AddMenu<Texts>("account", 60, "Sell", "/sell", "store");
        services.AddMenu<Texts>("admin", 32, "Attributes", "/admin/attributes", "ruler", right: Rights.Moderation);
        services.AddMenu<Texts>("admin", 30, "Products", "/admin/products", "disc-3", right: Rights.Moderation);
        services.AddMenu<Texts>("footer", 20, "Shops", "/shops", "store");
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapCatalog(this IEndpointRouteBuilder api)
    {
        MapShops(api);
        MapProducts(api);
        MapModeration(api);
        api.MapVariants();
        api.MapShopLife();
        api.MapCms();
        api.MapSearch();
        api.MapReviews();
        api.MapTags();
        api.MapBoosts();
        api.MapImages();
        api.MapUploads(api.ServiceProvider.GetRequiredService<AddFile.Limits>());
        api.MapImports(api.ServiceProvider.GetRequiredService<AddFile.Limits>());
    }

    /// <summary>Outside the API: covers, previews and the seller's upload form.</summary>
    public static void MapCatalogMedia(this IEndpointRouteBuilder site)
    {
        site.MapMedia();
        site.MapShopMedia();
        site.MapSitemap();
        site.MapFeeds();
        site.MapClicks();
        site.MapImageMedia();
        site.MapUploadForm(site.ServiceProvider.GetRequiredService<AddFile.Limits>());
        site.MapImportForms(site.ServiceProvider.GetRequiredService<AddFile.Limits>());
    }

    private static void MapShops(IEndpointRouteBuilder api)
    {
        api.MapGet("/shops", ReadShops.List)
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListShops").WithTags("Catalog").WithSummary("Shops, newest first.");
        api.MapGet("/shops/{slug}", async (string slug, HttpContext http, NpgsqlDataSource source, CancellationToken stop) =>
            {
                if (await ReadShops.Find(slug, source, stop) is { } found) return Versions.Tagged(http, found.Shop, $"{found.Shop.Version}.{found.Shop.CompletedSales}");
                return await OldAddresses.Now(Addressed.Shop, slug, source, stop) is { } now ? Results.LocalRedirect($"/api/v1/shops/{now}{http.Request.QueryString}", permanent: true) : throw Refused.NotFound();
            })
            .ForAnyone().Produces<ShopView>().Scope(Scopes.ProductsRead).WithName("ReadShop").WithTags("Catalog").WithSummary("One shop.");
        api.MapPost("/shops", OpenShop.Handle).Writes<OpenShop.Request, ShopView>(201, location: s => $"/api/v1/shops/{s.Slug}")
            .ForSignedIn().Scope(Scopes.ProductsWrite).WithName("OpenShop").WithTags("Catalog").WithSummary("Opens the caller's shop and lets them sell.");
        api.MapPatch("/shops/{slug}", (string slug, EditShop.Request request, HttpContext http, Caller caller, CatalogDb db) =>
                EditShop.Handle(slug, Versions.Expected(http), request, caller, db)).Writes<EditShop.Request, ShopView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("EditShop").WithTags("Catalog").WithSummary("Changes the caller's shop; needs If-Match.");
    }

    private static void MapProducts(IEndpointRouteBuilder api)
    {
        api.MapGet("/products", async ([AsParameters] ListProducts.Query query, bool? facets, string? cursor, int? limit, HttpContext http, ProductKinds kinds, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
                await SponsoredPlaces.Into(await ListProducts.Search(query, facets == true, cursor, limit, kinds, source, cursors, stop), query, http))
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListProducts").WithTags("Catalog").WithSummary("What is on sale: words, filters, a sort, pages by cursor; with facets=true also how many results each filter would give.");
        api.MapGet("/products/{slug}", async (string slug, HttpContext http, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
            {
                if (await ProductView.Find(slug, caller, source, kinds, stop) is { } found) return Versions.Tagged(http, found.Product, found.Product.Tag);
                return await OldAddresses.Now(Addressed.Product, slug, source, stop) is { } now ? Results.LocalRedirect($"/api/v1/products/{now}{http.Request.QueryString}", permanent: true) : throw Refused.NotFound();
            })
            .ForAnyone().Produces<ProductView>().Scope(Scopes.ProductsRead).WithName("ReadProduct").WithTags("Catalog").WithSummary("One product; a draft for its seller only.");
        api.MapGet("/categories", async (NpgsqlDataSource source, CancellationToken stop) => new { Data = await Categories.Tree(source, stop) })
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListCategories").WithTags("Catalog").WithSummary("The tree of shelves, with how much is on sale on each and below it.");
        api.MapGet("/shop/products", OwnProducts.List)
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsRead).WithName("ListOwnProducts").WithTags("Catalog").WithSummary("The caller's own products in every state.");

        api.MapPost("/products", CreateProduct.Handle).Writes<CreateProduct.Request, ProductView>(201, location: p => $"/api/v1/products/{p.Slug}")
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("CreateProduct").WithTags("Catalog").WithSummary("Makes a draft.");
        api.MapPatch("/products/{id:guid}", (Guid id, EditProduct.Request request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock) =>
                EditProduct.Handle(id, Versions.Expected(http), request, caller, db, work, kinds, clock)).Writes<EditProduct.Request, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("EditProduct").WithTags("Catalog").WithSummary("Changes what is said, keeps the rest; needs If-Match.");
        api.MapPost("/products/{id:guid}/publish", SellProduct.Publish).Writes<Nothing, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("PublishProduct").WithTags("Catalog").WithSummary("Puts it on sale, or before a moderator while its shop is not trusted; 409 not_ready says what is missing.");
        api.MapPost("/products/{id:guid}/pause", SellProduct.Pause).Writes<Nothing, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("PauseProduct").WithTags("Catalog").WithSummary("Takes it off sale for a while.");
        api.MapPost("/products/{id:guid}/archive", SellProduct.Archive).Writes<Nothing, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("ArchiveProduct").WithTags("Catalog").WithSummary("Takes it off sale for good; its buyers keep it.");
        api.MapDelete("/products/{id:guid}/change", ProposeChange.Withdraw).Writes<Nothing, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("WithdrawChange").WithTags("Catalog").WithSummary("Takes back a change that waits for a moderator.");
        api.MapDelete("/products/{id:guid}/files/{file:guid}", RemoveFile.Handle).Writes<Nothing, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("RemoveProductFile").WithTags("Catalog").WithSummary("New buyers no longer receive the file.");
    }

    private static void MapModeration(IEndpointRouteBuilder api)
    {
        api.MapGet("/moderation/products", ReviewQueue.List)
            .ForRight(Rights.Moderation).NotForKeys().WithName("ListProductsToReview").WithTags("Catalog").WithSummary("What waits for a moderator, oldest first; or what was sent back, or every product.");
        api.MapPost("/products/{id:guid}/approval", (Guid id, JudgeProduct.Approval request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, IAudit audit, TimeProvider clock) =>
                JudgeProduct.Approve(id, request, Versions.Seen(http), caller, db, work, kinds, audit, clock)).Writes<JudgeProduct.Approval, JudgeProduct.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("ApproveProduct").WithTags("Catalog").WithSummary("Lets it go on sale. With If-Match only the version that was read.");
        api.MapPost("/products/{id:guid}/rejection", (Guid id, JudgeProduct.Rejection request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, IAudit audit, TimeProvider clock) =>
                JudgeProduct.Reject(id, request, Versions.Seen(http), caller, db, work, audit, clock)).Writes<JudgeProduct.Rejection, JudgeProduct.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("RejectProduct").WithTags("Catalog").WithSummary("Sends it back with a note for its seller. With If-Match only the version that was read.");
        api.MapGet("/moderation/changes", ChangeQueue.List)
            .ForRight(Rights.Moderation).NotForKeys().WithName("ListChangesToReview").WithTags("Catalog").WithSummary("Changes of products on sale that wait for a moderator, oldest first.");
        api.MapPost("/products/{id:guid}/change/approval", (Guid id, JudgeProduct.Approval request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, IAudit audit, TimeProvider clock) =>
                JudgeChange.Approve(id, request, Versions.Seen(http), caller, db, work, blobs, kinds, audit, clock)).Writes<JudgeProduct.Approval, JudgeChange.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("ApproveChange").WithTags("Catalog").WithSummary("The change counts from now on. With If-Match only what was read.");
        api.MapPost("/products/{id:guid}/change/rejection", (Guid id, JudgeProduct.Rejection request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, IAudit audit, TimeProvider clock) =>
                JudgeChange.Reject(id, request, Versions.Seen(http), caller, db, work, blobs, audit, clock)).Writes<JudgeProduct.Rejection, JudgeChange.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("RejectChange").WithTags("Catalog").WithSummary("Sends the change back with a note; buyers go on seeing what they see.");
        api.MapPost("/shops/{slug}/trust", (string slug, Caller caller, CatalogDb db, IAudit audit, TimeProvider clock) => TrustShop.Handle(slug, true, caller, db, audit, clock)).Writes<Nothing, TrustShop.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("TrustShop").WithTags("Catalog").WithSummary("What the shop publishes from now on is on sale at once.");
        api.MapDelete("/shops/{slug}/trust", (string slug, Caller caller, CatalogDb db, IAudit audit, TimeProvider clock) => TrustShop.Handle(slug, false, caller, db, audit, clock)).Writes<Nothing, TrustShop.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("DistrustShop").WithTags("Catalog").WithSummary("What the shop publishes from now on is looked at first.");
    }

    /// <summary>The path says all.</summary>
    private sealed record Nothing;
}
