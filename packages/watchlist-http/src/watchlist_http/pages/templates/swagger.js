SwaggerUIBundle({
  url: document.querySelector("link[rel=service-desc]").getAttribute("href"),
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
});
