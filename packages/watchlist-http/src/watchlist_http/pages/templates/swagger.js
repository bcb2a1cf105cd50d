const address = document.querySelector("link[rel=service-desc]").href;

// Swagger UI fills its form with the examples of optional parameters too, which together ask for
// what nobody wants: a page and a cursor. Only what must be given keeps its example.
function withoutOptionalExamples(response) {
  if (response.url === address && response.ok) {
    const api = JSON.parse(response.text);
    for (const operation of Object.values(api.paths).flatMap(Object.values)) {
      for (const parameter of operation.parameters ?? []) {
        if (!parameter.required) delete parameter.example;
      }
    }
    response.text = JSON.stringify(api);
  }
  return response;
}

SwaggerUIBundle({
  url: address,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  responseInterceptor: withoutOptionalExamples,
  validatorUrl: null,
});
