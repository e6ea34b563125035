// SPDX-License-Identifier: Apache-2.0
// What someone writes with a generated client: it compiles only where the document has these paths, bodies and answers.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

export function connect(fetch: (request: Request) => Promise<Response>) {
  return createClient<paths>({ baseUrl: "http://attuned", fetch });
}

export async function visit(api: ReturnType<typeof connect>) {
  const { data: status } = await api.GET("/v1/status");
  const { data: page } = await api.GET("/v1/components", { params: { query: { limit: 1 } } });
  const first: components["schemas"]["Component"] | undefined = page?.components[0];
  const { data: second } = await api.GET("/v1/components", { params: { query: { limit: 9, after: page?.next ?? 0 } } });
  const { data: hosts } = await api.GET("/v1/hosts");
  const { data: tree } = await api.GET("/v1/tree");
  const { data: runs } = await api.GET("/v1/runs");
  const { data: events } = await api.GET("/v1/events");
  const { data: one } = await api.GET("/v1/components/{name}", { params: { path: { name: first?.name ?? "" } } });
  const { data: called } = await api.POST("/v1/calls", { body: { component: "frontend", stub: "stop" } });
  const { data: begun } = await api.POST("/v1/calls", { body: { component: "frontend", stub: "start", wait: false } });
  const { data: set } = await api.PUT("/v1/components/{name}/attributes/{attribute}", {
    params: { path: { name: "frontend", attribute: "period" } },
    body: { value: "2s" },
  });
  const { error } = await api.POST("/v1/bindings", { body: { from: "frontend", role: "nothing", to: "nobody" } });
  const { data: why } = await api.GET("/v1/runs/{run}/why", { params: { path: { run: called?.run ?? 0 } } });
  const { data: unanswered } = await api.POST("/v1/events/explain", {
    body: { event: "component_failed", component: "frontend" },
  });
  return { status, page, second, hosts, tree, runs, events, one, called, begun, set, why, unanswered, error };
}
