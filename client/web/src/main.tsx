import { render } from 'preact';
import { App } from './app/app';
import { applyTheme, savedTheme } from './app/theme';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/pages.css';

applyTheme(savedTheme());
render(<App />, document.getElementById('app')!);
