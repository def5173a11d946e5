// What a browser would find in a page: its links, its forms with what stands in them, and what should not be there.
import { parse, parseFragment } from "parse5";

/** Attributes whose value a browser follows. */
const ADDRESSES = ["href", "src", "action", "formaction", "hx-get", "hx-post", "sse-connect"];
/** Blocks of data in a script element; everything else would be code, which the policy forbids inline. */
const DATA_TYPES = ["application/json", "application/ld+json"];

function* elementsOf(node) {
	for (const child of node.childNodes ?? []) {
		if (child.tagName) yield child;
		yield* elementsOf(child);
	}
	if (node.content) yield* elementsOf(node.content);
}

const attributesOf = (element) => Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));

function textOf(node) {
	if (node.nodeName === "#text") return node.value;
	return (node.childNodes ?? []).map(textOf).join("");
}

/** The page, or the piece of one. */
export function readPage(html) {
	const whole = /^\s*<!doctype html>/i.test(html);
	return { whole, root: whole ? parse(html) : parseFragment(html) };
}

/** Every address of the page that leads to this site, as written. */
export function linksIn({ root }) {
	const found = new Set();
	for (const element of elementsOf(root)) {
		const attributes = attributesOf(element);
		for (const name of ["href", "src", "hx-get"]) {
			const address = attributes[name];
			if (address?.startsWith("/") && !address.startsWith("//")) found.add(address.split("#", 1)[0]);
		}
	}
	return [...found];
}

function fieldOf(element) {
	const attributes = attributesOf(element);
	const { name } = attributes;
	if (name === undefined) return null;
	switch (element.tagName) {
		case "textarea":
			// one line break after the tag belongs to the tag
			return { name, type: "textarea", value: textOf(element).replace(/^\n/, "") };
		case "select": {
			const options = [...elementsOf(element)].filter(({ tagName }) => tagName === "option");
			const valueIn = (option) => attributesOf(option).value ?? textOf(option).trim();
			const chosen = options.find((option) => "selected" in attributesOf(option)) ?? options[0];
			return { name, type: "select", value: chosen ? valueIn(chosen) : "", options: options.map(valueIn) };
		}
		case "button":
			return { name, type: "button", value: attributes.value ?? "" };
		case "input": {
			const type = attributes.type ?? "text";
			// what nobody can type into is sent back by the browser as a hidden field is
			if ("readonly" in attributes) return { name, type: "hidden", value: attributes.value ?? "" };
			if (type !== "radio" && type !== "checkbox") return { name, type, value: attributes.value ?? "" };
			const value = attributes.value ?? "on";
			return { name, type, value, checked: "checked" in attributes };
		}
		default:
			return null;
	}
}

/** The page's forms that are sent to this site: method, action, encoding, fields. */
export function formsIn({ root }) {
	return [...elementsOf(root)]
		.filter(({ tagName }) => tagName === "form")
		.map((form) => {
			const attributes = attributesOf(form);
			return {
				method: (attributes.method ?? "get").toUpperCase(),
				action: attributes.action ?? "",
				multipart: attributes.enctype === "multipart/form-data",
				fields: [...elementsOf(form)].map(fieldOf).filter((field) => field !== null),
			};
		})
		.filter(({ method, action }) => method !== "DIALOG" && action.startsWith("/"));
}

/** What is in the page that only somebody's typing can have brought there, and addresses that lead elsewhere. */
export function intrudersIn({ root }) {
	const found = [];
	for (const element of elementsOf(root)) {
		const attributes = attributesOf(element);
		if (/^x-fuzz/i.test(element.tagName)) found.push(`an element <${element.tagName}>`);
		if (element.tagName === "script" && !("src" in attributes) && !DATA_TYPES.includes(attributes.type))
			found.push("a script inside the page");
		for (const [name, value] of Object.entries(attributes)) {
			if (/x-fuzz/i.test(name) || /^on/i.test(name)) found.push(`an attribute ${name} of ${element.tagName}`);
			if (name === "style") found.push(`a style of ${element.tagName} inside the page`);
			if (ADDRESSES.includes(name) && leadsAway(value))
				found.push(`an address ${name}=${value.slice(0, 80)}`);
		}
	}
	return found;
}

/** Whether an address that a stranger wrote would lead out of this site, or run something. */
export function leadsAway(address) {
	const base = "http://here.invalid/";
	// what is no address leads nowhere
	if (!URL.canParse(address, base)) return false;
	const { protocol, hostname } = new URL(address, base);
	return hostname === "fuzz.example" || !["http:", "https:", "data:"].includes(protocol);
}
