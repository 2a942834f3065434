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
            document.AddSecurityDefinition("bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A session token from POST /api/v1/sessions." });
            document.OperationFilter<IdempotencyHeader>();
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.UseSwagger(swagger => swagger.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(ui => ui.SwaggerEndpoint("/swagger/v1/swagger.json", "Marketplace v1"));
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
