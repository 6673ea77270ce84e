/** The page that the graph is drawn on. Pure: text in, text out. */

export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** Where the editor serves files of an extension from. */
  readonly source: string;
  /** Fresh for each page. */
  readonly nonce: string;
  /** Address of the document, for the page to keep. */
  readonly uri: string;
}

/** Nothing is loaded but one script and one style sheet, and nothing written in the page is run. */
export function page({ script, style, source, nonce, uri }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(style)}">
<title>Pipeline graph</title>
</head>
<body data-uri="${attribute(uri)}">
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

/** Text inside of quotes. */
export const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
