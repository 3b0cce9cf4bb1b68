@echo off
rem Starts Sluice from its installed folder with a Java 25 or later: JAVA_HOME, else the java on the path.
rem SLUICE_JAVA_OPTS adds options for the JVM.
setlocal DisableDelayedExpansion
set "SLUICE_HOME=%~dp0.."

set "SLUICE_JAVA=java.exe"
if defined JAVA_HOME set "SLUICE_JAVA=%JAVA_HOME%\bin\java.exe"
if defined JAVA_HOME if not exist "%SLUICE_JAVA%" goto missing

rem The first line is such as: openjdk 25.0.3 2026-04-21 LTS. The feature release is what comes before the first dot or dash.
set "SLUICE_RELEASE="
for /f "tokens=2" %%v in ('^""%SLUICE_JAVA%" --version 2^>nul^"') do if not defined SLUICE_RELEASE set "SLUICE_RELEASE=%%v"
if not defined SLUICE_RELEASE goto missing
for /f "delims=.-+" %%v in ("%SLUICE_RELEASE%") do set "SLUICE_RELEASE=%%v"
if %SLUICE_RELEASE% LSS 25 goto missing

"%SLUICE_JAVA%" @"%SLUICE_HOME%\lib\jvm.options" %SLUICE_JAVA_OPTS% -cp "%SLUICE_HOME%\lib\*" dev.sluice.app.Main %*
exit /b %ERRORLEVEL%

:missing
echo sluice: no Java 25 or later found in JAVA_HOME or PATH. Get one: https://adoptium.net 1>&2
exit /b 69
