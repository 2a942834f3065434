using System.Text.Json.Nodes;
using Marketplace.Kernel;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Host;

/// <summary>OpenAPI 3.1 at <c>/swagger/v1/swagger.json</c>, readable at <c>/swagger</c>.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(document =>
        {
            document.SwaggerDoc("v1", new OpenApiInfo { Title = "Marketplace", Version = "v1", Description = "Amounts are minor units; lists are paged by cursor; errors are problem+json with a stable code." });
            document.CustomSchemaIds(type => type.FullName!.Replace("Marketplace.", "", StringComparison.Ordinal).Replace('+', '.'));
            document.MapType<Money>(() => new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["amount"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "Minor units." },
                    ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "ISO 4217." },
                },
            });
            document.AddSecurityDefinition("bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A session token from POST /api/v1/sessions, or an API key (mk_live_…). What a key needs for an operation is its x-scopes; where there is none, keys cannot be used." });
            document.OperationFilter<KeyScope>();
            document.OperationFilter<IdempotencyHeader>();
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.UseSwagger(swagger => swagger.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(ui => ui.SwaggerEndpoint("/swagger/v1/swagger.json", "Marketplace v1"));
    }

    /// <summary>Who may use an operation: nobody in particular, who is signed in, or a key with a scope.</summary>
    private sealed class KeyScope : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            var scope = metadata.OfType<KeyAccess>().LastOrDefault()?.Scope;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = scope is null ? [] : [scope] }];
            if (metadata.OfType<Microsoft.AspNetCore.Authorization.IAllowAnonymous>().Any()) operation.Security.Insert(0, new OpenApiSecurityRequirement());
            if (scope is null) return;
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
            operation.Extensions["x-scopes"] = new JsonNodeExtension(new JsonArray(scope));
        }
    }

    private sealed class IdempotencyHeader : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<WriteRoute>().FirstOrDefault() is not { } write || context.ApiDescription.HttpMethod != "POST") return;
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter { Name = WriteRoutes.KeyHeader, In = ParameterLocation.Header, Required = write.KeyRequired, Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 } });
        }
    }
}
