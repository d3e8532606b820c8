import "./page/page-view.ts";
