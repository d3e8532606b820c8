import "./page/embed-view.ts";
